import { ActionIcon, Button, Select } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type TriggerKind, triggerKindOf, triggerKinds, triggersOf } from "./describe";
import classes from "./editor.module.css";
import { Fields } from "./fields/fields";
import type { Field } from "./fields/spec";
import type { Journey, Node } from "./model/definition";
import { setIn } from "./model/definition";

const triggersMax = 10;
const required = true;

const score = (kind: string): Field[] => [
  { at: [kind, "score"], label: "score", kind: "pick", of: "score", required },
  { at: [kind, "threshold"], label: "threshold", kind: "text", required },
];
const segment = (kind: string): Field[] => [
  { at: [kind], label: "segment", kind: "pick", of: "segment", required },
];
const text = (kind: string, label: string): Field[] => [
  { at: [kind], label, kind: "text", required },
];

const fields: Record<TriggerKind, Field[]> = {
  event: [
    { at: ["event"], label: "event", kind: "text", required },
    { at: ["where"], label: "where", kind: "where" },
    { at: ["at_least"], label: "atLeast", kind: "number" },
    { at: ["within"], label: "within", kind: "duration" },
  ],
  segment_entered: segment("segment_entered"),
  segment_left: segment("segment_left"),
  attribute_changed: [
    { at: ["attribute_changed", "attribute"], label: "attribute", kind: "text", required },
    { at: ["attribute_changed", "from"], label: "from", kind: "text" },
    { at: ["attribute_changed", "to"], label: "to", kind: "text" },
  ],
  score_crossed: score("score_crossed"),
  score_fell: score("score_fell"),
  date: text("date", "date"),
  schedule: text("schedule", "schedule"),
  form: text("form", "form"),
  webhook: text("webhook", "webhook"),
  deal_stage: text("deal_stage", "dealStage"),
  entry: [],
};

const blanks: Record<TriggerKind, Node> = {
  event: { event: "" },
  segment_entered: { segment_entered: "" },
  segment_left: { segment_left: "" },
  attribute_changed: { attribute_changed: "" },
  score_crossed: { score_crossed: { score: "", threshold: "" } },
  score_fell: { score_fell: { score: "", threshold: "" } },
  date: { date: "7 days before attribute renewal_date at 09:00" },
  schedule: { schedule: "every monday at 09:00" },
  form: { form: "" },
  webhook: { webhook: "" },
  deal_stage: { deal_stage: "" },
  entry: { entry: true },
};

interface Props {
  journey: Journey;
  change: (next: Node, what?: string) => void;
}

/** What starts a run: any one of these. */
export function TriggersForm({ journey, change }: Props) {
  const { t } = useTranslation();
  const triggers = triggersOf(journey.trigger);
  const set = (next: readonly Node[], what?: string) => {
    const written = next.length === 1 ? next[0] : next;
    change(setIn(journey, ["trigger"], written), what);
  };
  return (
    <>
      {triggers.map((trigger, index) => {
        const kind = triggerKindOf(trigger);
        return (
          <fieldset key={index} className={classes.arm}>
            <legend>{t("editor.trigger.number", { number: index + 1 })}</legend>
            <Select
              size="xs"
              label={t("editor.trigger.label")}
              allowDeselect={false}
              data={triggerKinds.map((value) => ({
                value,
                label: t(`editor.trigger.kind.${value}`),
              }))}
              value={kind === "unknown" ? null : kind}
              onChange={(next) => {
                const chosen = triggerKinds.find((each) => each === next);
                if (chosen) set(triggers.with(index, blanks[chosen]));
              }}
            />
            {kind !== "unknown" && (
              <Fields
                specs={fields[kind]}
                node={trigger}
                change={(next, what) => set(triggers.with(index, next), `trigger/${index}/${what}`)}
              />
            )}
            {triggers.length > 1 && (
              <ActionIcon
                variant="subtle"
                color="gray"
                ml="auto"
                aria-label={t("editor.trigger.remove", { number: index + 1 })}
                onClick={() => set(triggers.filter((_, at) => at !== index))}
              >
                <IconTrash size={14} />
              </ActionIcon>
            )}
          </fieldset>
        );
      })}
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconPlus size={14} />}
        disabled={triggers.length >= triggersMax}
        onClick={() => set([...triggers, blanks.event])}
      >
        {t("editor.trigger.add")}
      </Button>
    </>
  );
}
