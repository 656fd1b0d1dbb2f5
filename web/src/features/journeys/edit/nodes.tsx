import { Handle, type NodeProps, Position } from "@xyflow/react";
import { IconAlertTriangle, IconUsers } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { KindIcon } from "@/components/kind";
import { useNumber } from "@/components/number";
import { AddButton } from "./add-button";
import { useKeysOfCanvas } from "./canvas-keys";
import { useStepSummary, useStepTitle, useTriggerLines } from "./describe";
import classes from "./editor.module.css";
import { useEditing } from "./editing";
import { type StepNode, triggerId } from "./flow";
import { iconOf, kindOf } from "./model/kinds";
import { useShown } from "./shown";
import { StepMenu } from "./step-menu";
import { useDraggable } from "./use-drops";

function StepView({ data: { step, before } }: NodeProps<StepNode>) {
  const { t } = useTranslation();
  const editing = useEditing();
  const onKeyDown = useKeysOfCanvas();
  const { problems, here, path } = useShown();
  const title = useStepTitle()(step);
  const summary = useStepSummary()(step);
  const number = useNumber();
  const drag = useDraggable({ move: step.id });
  const wrong = problems.get(step.id) ?? [];
  const waiting = here.get(step.id) ?? 0;
  const isOnPath = path === null ? undefined : path.has(step.id);
  return (
    <div
      ref={drag}
      className={`${classes.node} nopan`}
      data-selected={editing.selected === step.id}
      data-chosen={editing.chosen.has(step.id)}
      data-wrong={wrong.length > 0}
      data-path={isOnPath}
    >
      <Handle className={classes.handle} type="target" position={Position.Top} />
      {before && <AddButton place={before} className={classes.before} />}
      <button
        type="button"
        className={classes.main}
        data-node={step.id}
        tabIndex={editing.selected === step.id ? 0 : -1}
        onKeyDown={onKeyDown}
        aria-pressed={editing.chosen.has(step.id)}
        onClick={(event) => {
          if (event.shiftKey || event.metaKey || event.ctrlKey) editing.choose(step.id);
          else editing.select(step.id);
        }}
      >
        <span className={classes.nodeHead}>
          <KindIcon kind={iconOf(kindOf(step))} />
          <span className={classes.nodeName}>{title}</span>
        </span>
        <span className={classes.nodeText}>{summary}</span>
        <span className={classes.nodeFoot}>
          {wrong.length > 0 && (
            <span className={classes.wrong} title={wrong.join("\n")}>
              <IconAlertTriangle size={13} aria-hidden />{" "}
              {t("editor.problemCount", { count: wrong.length })}
            </span>
          )}
          {waiting > 0 && (
            <span className={classes.here}>
              <IconUsers size={13} aria-hidden />{" "}
              {t("editor.here", { count: waiting, number: number(waiting) })}
            </span>
          )}
        </span>
      </button>
      <div className={classes.nodeMenu}>
        <StepMenu id={step.id} title={title} />
      </div>
      <Handle className={classes.handle} type="source" position={Position.Bottom} />
    </div>
  );
}

function TriggerView() {
  const { t } = useTranslation();
  const editing = useEditing();
  const onKeyDown = useKeysOfCanvas();
  const { problems, path } = useShown();
  const lines = useTriggerLines()(editing.journey.trigger);
  const wrong = problems.get("") ?? [];
  return (
    <div
      className={`${classes.node} nopan`}
      data-selected={editing.selected === null}
      data-wrong={wrong.length > 0}
      data-path={path === null ? undefined : true}
    >
      <button
        type="button"
        className={classes.main}
        data-node={triggerId}
        tabIndex={editing.selected === null ? 0 : -1}
        onKeyDown={onKeyDown}
        aria-pressed={editing.selected === null}
        onClick={() => editing.select(null)}
      >
        <span className={classes.nodeHead}>
          <KindIcon kind="trigger" />
          <span className={classes.nodeName}>{t("editor.startsWhen")}</span>
        </span>
        <span className={classes.nodeText}>
          {lines.join("; ") || t("editor.summary.noTrigger")}
        </span>
        <span className={classes.nodeFoot}>
          {wrong.length > 0 && (
            <span className={classes.wrong} title={wrong.join("\n")}>
              <IconAlertTriangle size={13} aria-hidden />{" "}
              {t("editor.problemCount", { count: wrong.length })}
            </span>
          )}
        </span>
      </button>
      <Handle className={classes.handle} type="source" position={Position.Bottom} />
    </div>
  );
}

function EndView() {
  const { t } = useTranslation();
  return (
    <div className={classes.end}>
      <Handle className={classes.handle} type="target" position={Position.Top} />
      {t("editor.end")}
    </div>
  );
}

export const nodeTypes = { step: StepView, trigger: TriggerView, end: EndView };
