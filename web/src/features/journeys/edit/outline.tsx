import { IconAlertTriangle, IconUsers } from "@tabler/icons-react";
import type { CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import { KindIcon } from "@/components/kind";
import { useNumber } from "@/components/number";
import { AddButton } from "./add-button";
import { useStepSummary, useStepTitle, useTriggerLines, useWayLabel } from "./describe";
import classes from "./editor.module.css";
import { useEditing } from "./editing";
import type { Path, Step } from "./model/definition";
import { iconOf, kindOf, waysOf } from "./model/kinds";
import { rootList, stepsAt } from "./model/tree";
import type { Shown } from "./shown";
import { StepMenu } from "./step-menu";

interface Props {
  shown: Shown;
  /** Shows the settings of what was chosen. */
  open: (id: string | null) => void;
}

/** The same draft as nested lists, with all that the canvas can do. */
export function Outline({ shown, open }: Props) {
  const { t } = useTranslation();
  const { journey, selected } = useEditing();
  const lines = useTriggerLines()(journey.trigger);
  return (
    <div className={classes.outline} role="region" aria-label={t("editor.outline")}>
      <button
        type="button"
        className={classes.row}
        aria-pressed={selected === null}
        onClick={() => open(null)}
      >
        <KindIcon kind="trigger" />
        <span>
          <span className={classes.rowName}>{t("editor.startsWhen")}</span>
          <span className={classes.rowText}>
            {lines.join("; ") || t("editor.summary.noTrigger")}
          </span>
        </span>
      </button>
      <StepList list={rootList} depth={0} label={t("editor.steps")} shown={shown} open={open} />
    </div>
  );
}

interface ListProps extends Props {
  list: Path;
  depth: number;
  label: string;
}

function StepList({ list, depth, label, shown, open }: ListProps) {
  const { journey } = useEditing();
  const steps = stepsAt(journey, list);
  return (
    <ol className={classes.steps} aria-label={label} style={{ "--depth": depth } as CSSProperties}>
      <li className={classes.addRow}>
        <AddButton place={{ list, index: 0 }} />
      </li>
      {steps.map((step, index) => (
        <li key={step.id}>
          <Row step={step} path={[...list, index]} depth={depth} shown={shown} open={open} />
          <div className={classes.addRow}>
            <AddButton place={{ list, index: index + 1 }} />
          </div>
        </li>
      ))}
    </ol>
  );
}

interface RowProps extends Props {
  step: Step;
  path: Path;
  depth: number;
}

function Row({ step, path, depth, shown, open }: RowProps) {
  const { t } = useTranslation();
  const { selected } = useEditing();
  const number = useNumber();
  const title = useStepTitle()(step);
  const summary = useStepSummary()(step);
  const wayLabel = useWayLabel();
  const wrong = shown.problems.get(step.id) ?? [];
  const waiting = shown.here.get(step.id) ?? 0;
  return (
    <>
      <div
        className={classes.rowLine}
        data-selected={selected === step.id}
        data-path={shown.path?.has(step.id)}
      >
        <button
          type="button"
          className={classes.row}
          aria-pressed={selected === step.id}
          onClick={() => open(step.id)}
        >
          <KindIcon kind={iconOf(kindOf(step))} />
          <span>
            <span className={classes.rowName}>{title}</span>
            <span className={classes.rowText}>{summary}</span>
            {wrong.map((message) => (
              <span key={message} className={classes.wrong}>
                <IconAlertTriangle size={13} aria-hidden /> {message}
              </span>
            ))}
            {waiting > 0 && (
              <span className={classes.here}>
                <IconUsers size={13} aria-hidden />{" "}
                {t("editor.here", { count: waiting, number: number(waiting) })}
              </span>
            )}
          </span>
        </button>
        <StepMenu id={step.id} title={title} />
      </div>
      {waysOf(step).map((way) => {
        const label = wayLabel(step, way) ?? "";
        return (
          <div key={way.at.join("/")} className={classes.way}>
            <div className={classes.wayName}>{label}</div>
            <StepList
              list={[...path, ...way.at]}
              depth={depth + 1}
              label={t("editor.stepsOf", { way: label })}
              shown={shown}
              open={open}
            />
          </div>
        );
      })}
    </>
  );
}
