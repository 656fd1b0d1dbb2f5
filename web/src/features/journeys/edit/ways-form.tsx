import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ArmsForm } from "./arms-form";
import { AwaitedForm } from "./awaited-form";
import { ExperimentForm } from "./experiment-form";
import { Fields } from "./fields/fields";
import type { Field } from "./fields/spec";
import { getIn, isNode, listOf, type Node, setIn, type Step } from "./model/definition";
import { kindOf } from "./model/kinds";

// As the server has them (docs/reference/journeys.md).
const armsMax = 20;
const awaitedMax = 10;

const condition: Field[] = [
  { at: ["when"], label: "condition", kind: "condition", required: true },
];

interface Props {
  step: Step;
  change: (next: Node, what?: string) => void;
}

/** The paths of a step that has several. */
export function WaysForm({ step, change }: Props) {
  const kind = kindOf(step);
  if (kind === "wait_for") return <WaitForForm step={step} change={change} />;
  if (kind !== "branch" && kind !== "split") return null;
  const letter = (number: number) => String.fromCharCode(64 + number);
  const isSplit = kind === "split";
  return (
    <>
      <ArmsForm
        arms={getIn(step, [kind, "arms"])}
        blank={(number) =>
          isSplit ? { name: letter(number), percent: 0 } : { name: letter(number), when: "" }
        }
        min={1}
        max={armsMax}
        hasShare={isSplit}
        change={(arms, what) => change(setIn(step, [kind, "arms"], arms), what)}
      >
        {isSplit ? undefined : (arm, set) => <Fields specs={condition} node={arm} change={set} />}
      </ArmsForm>
      {isSplit && <ExperimentForm step={step} change={change} />}
    </>
  );
}

/** One thing, with `then`, or several, of which the first decides. */
function WaitForForm({ step, change }: Props) {
  const { t } = useTranslation();
  const body = isNode(step.wait_for) ? step.wait_for : {};
  const set = (next: Node, what?: string) => change({ ...step, wait_for: next }, what);
  if (!Array.isArray(body.any)) {
    return (
      <>
        <AwaitedForm label={t("editor.waitsFor")} node={body} change={set} />
        <Button size="compact-sm" variant="default" onClick={() => set(severalOf(body))}>
          {t("editor.waitForSeveral")}
        </Button>
      </>
    );
  }
  return (
    <ArmsForm
      arms={body.any}
      blank={() => ({ event: "" })}
      min={1}
      max={awaitedMax}
      change={(arms, what) => set({ ...body, any: arms }, what)}
    >
      {(arm, setArm) => <AwaitedForm label={t("editor.waitsFor")} node={arm} change={setArm} />}
    </ArmsForm>
  );
}

/** The same with room for more. */
function severalOf(body: Node): Node {
  const { then, at_most, otherwise, ...awaited } = body;
  const first = { ...awaited, ...(listOf(then).length > 0 ? { steps: then } : {}) };
  return {
    any: [first, { event: "" }],
    ...(at_most === undefined ? {} : { at_most }),
    ...(otherwise === undefined ? {} : { otherwise }),
  };
}
