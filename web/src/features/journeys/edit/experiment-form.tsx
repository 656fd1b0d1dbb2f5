import { Switch } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Fields } from "./fields/fields";
import type { Field } from "./fields/spec";
import { getIn, type Node, setIn, type Step } from "./model/definition";

const measure: Field[] = [
  {
    at: ["split", "experiment", "measure"],
    label: "measure",
    kind: "choice",
    options: ["clicked", "opened"],
    none: "goal",
  },
];
const decide: Field[] = [
  {
    at: ["split", "experiment", "decide", "after"],
    label: "decideAfter",
    kind: "duration",
    required: true,
  },
  {
    at: ["split", "experiment", "decide", "at_least"],
    label: "decideAtLeast",
    kind: "number",
    required: true,
  },
  { at: ["split", "experiment", "decide", "confidence"], label: "confidence", kind: "number" },
  {
    at: ["split", "experiment", "decide", "if_unclear"],
    label: "ifUnclear",
    kind: "choice",
    options: ["leading"],
    none: "keep",
  },
];

interface Props {
  step: Step;
  change: (next: Node, what?: string) => void;
}

/** Whether a split is an experiment, what it measures, and whether its winner is found by itself. */
export function ExperimentForm({ step, change }: Props) {
  const { t } = useTranslation();
  const experiment = getIn(step, ["split", "experiment"]);
  const decides = getIn(experiment, ["decide"]) !== undefined;
  const set = (next: Node, what: string) => {
    // What is measured has no default in a definition.
    const measured = getIn(next, ["split", "experiment", "measure"]) ?? "goal";
    change(setIn(next, ["split", "experiment", "measure"], measured), what);
  };
  return (
    <>
      <Switch
        size="xs"
        label={t("editor.experiment")}
        checked={experiment !== undefined}
        onChange={(event) => {
          const on = event.currentTarget.checked;
          change(setIn(step, ["split", "experiment"], on ? { measure: "clicked" } : undefined));
        }}
      />
      {experiment !== undefined && (
        <>
          <Fields specs={measure} node={step} change={set} />
          <Switch
            size="xs"
            label={t("editor.decides")}
            checked={decides}
            onChange={(event) => {
              const on = event.currentTarget.checked;
              const plan = on ? { after: "14d", at_least: 200 } : undefined;
              change(setIn(step, ["split", "experiment", "decide"], plan));
            }}
          />
          {decides && <Fields specs={decide} node={step} change={set} />}
        </>
      )}
    </>
  );
}
