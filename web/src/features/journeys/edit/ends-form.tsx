import { ActionIcon, Button, Switch } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { AwaitedForm } from "./awaited-form";
import classes from "./editor.module.css";
import { Fields } from "./fields/fields";
import type { Field } from "./fields/spec";
import { isNode, type Journey, listOf, type Node, setIn } from "./model/definition";

const exitsMax = 10;
const within: Field[] = [{ at: ["within"], label: "within", kind: "duration" }];
const exitWhen: Field[] = [{ at: ["exit_when"], label: "exitWhen", kind: "condition" }];

interface Props {
  journey: Journey;
  change: (next: Node, what?: string) => void;
}

/** The goal, and what else ends a run at once. */
export function EndsForm({ journey, change }: Props) {
  const { t } = useTranslation();
  const goal = isNode(journey.goal) ? journey.goal : null;
  const exits = listOf(journey.exit_on) as readonly Node[];
  const setGoal = (next: Node | undefined, what?: string) =>
    change(setIn(journey, ["goal"], next), what === undefined ? undefined : `goal/${what}`);
  const setExits = (next: readonly Node[], what?: string) =>
    change(setIn(journey, ["exit_on"], next.length === 0 ? undefined : next), what);
  return (
    <>
      <Switch
        size="xs"
        label={t("editor.hasGoal")}
        checked={goal !== null}
        onChange={(event) => setGoal(event.currentTarget.checked ? { event: "" } : undefined)}
      />
      {goal && (
        <fieldset className={classes.arm}>
          <legend>{t("editor.goal")}</legend>
          <AwaitedForm
            label={t("editor.goalIs")}
            node={goal}
            kinds={["event", "when"]}
            change={setGoal}
          />
          <Fields specs={within} node={goal} change={setGoal} />
        </fieldset>
      )}
      <Fields specs={exitWhen} node={journey} change={change} />
      {exits.map((exit, index) => (
        <fieldset key={index} className={classes.arm}>
          <legend>{t("editor.exit", { number: index + 1 })}</legend>
          <AwaitedForm
            label={t("editor.exitIs")}
            node={exit}
            kinds={["event"]}
            change={(next, what) => setExits(exits.with(index, next), `exit/${index}/${what}`)}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            ml="auto"
            aria-label={t("editor.removeExit", { number: index + 1 })}
            onClick={() => setExits(exits.filter((_, at) => at !== index))}
          >
            <IconTrash size={14} />
          </ActionIcon>
        </fieldset>
      ))}
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconPlus size={14} />}
        disabled={exits.length >= exitsMax}
        onClick={() => setExits([...exits, { event: "" }])}
      >
        {t("editor.addExit")}
      </Button>
    </>
  );
}
