import { Radio, Select, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { useNumber } from "@/components/number";
import { useStepTitle } from "./describe";
import classes from "./editor.module.css";
import { useEditing } from "./editing";
import { allSteps } from "./model/tree";
import type { InsideChoice } from "./queries";

export const insideChoices = ["finish", "move", "replan", "leave"] as const;

interface Props {
  /** What becomes of them by the present choice; absent while it is asked. */
  forecast: Schemas["InsideForecast"] | undefined;
  count: number;
  value: InsideChoice;
  onChange: (value: InsideChoice) => void;
}

const leaves = "(leave)";
const stays = "(stay)";

/** What becomes of those who are inside when the new version comes into force. */
export function InsideFields({ forecast, count, value, onChange }: Props) {
  const { t } = useTranslation();
  const number = useNumber();
  const { journey } = useEditing();
  const title = useStepTitle();
  const ids = new Set(allSteps(journey).map(({ step }) => step.id));
  const moves = value.choice === "move" || value.choice === "replan";
  const gone = (forecast?.steps ?? []).filter((each) => !ids.has(each.step));
  const mapped = value.steps ?? {};
  const map = (step: string, to: string) => {
    const steps = { ...mapped };
    if (to === stays) delete steps[step];
    else steps[step] = to === leaves ? null : to;
    onChange({ ...value, steps });
  };
  return (
    <Stack gap="xs">
      <Radio.Group
        label={t("editor.inside.title", { count, number: number(count) })}
        value={value.choice}
        onChange={(next) =>
          onChange({ choice: insideChoices.find((each) => each === next) ?? "finish" })
        }
      >
        <Stack gap={6} mt={6}>
          {insideChoices.map((choice) => (
            <Radio
              key={choice}
              size="xs"
              value={choice}
              label={t(`editor.inside.${choice}`)}
              description={t(`editor.inside.${choice}Text`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      {moves &&
        gone.map(({ step, waiting }) => (
          <Select
            key={step}
            size="xs"
            label={t("editor.inside.gone", { count: waiting, number: number(waiting), step })}
            allowDeselect={false}
            searchable
            data={[
              { value: stays, label: t("editor.inside.stays") },
              { value: leaves, label: t("editor.inside.leaves") },
              ...allSteps(journey).map((each) => ({
                value: each.step.id,
                label: t("editor.inside.to", { title: title(each.step), step: each.step.id }),
              })),
            ]}
            value={step in mapped ? (mapped[step] ?? leaves) : stays}
            onChange={(next) => next !== null && map(step, next)}
          />
        ))}
      {forecast && (
        <p className={classes.hint} role="status">
          {t("editor.inside.forecast", {
            stay: number(forecast.stay),
            goOn: number(forecast.goOn),
            end: number(forecast.end),
          })}
        </p>
      )}
    </Stack>
  );
}
