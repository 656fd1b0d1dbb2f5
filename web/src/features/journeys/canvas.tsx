import "@xyflow/react/dist/style.css";
import { useComputedColorScheme } from "@mantine/core";
import {
  BaseEdge,
  Controls,
  type Edge,
  EdgeLabelRenderer,
  type EdgeProps,
  getSmoothStepPath,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
} from "@xyflow/react";
import { useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { KindIcon } from "@/components/kind";
import classes from "./journey.module.css";
import { layoutJourney, layoutSize } from "./layout";
import type { Journey, Step } from "./queries";
import { StepCounts } from "./step-counts";
import { useStepName } from "./step-name";

type StepNode = Node<{ step: Step; journey: string }, "step">;
type TriggerNode = Node<{ text: string }, "trigger">;
type EndNode = Node<Record<string, never>, "end">;
type PathEdge = Edge<{ label: string | null; joins: boolean; lane: number | null }, "path">;

const triggerId = "(trigger)";
const labelAboveTarget = 24;
const readableZoom = 0.85;
const margin = 24;

/** The journey from top to bottom; to be read, not edited. */
export function Canvas({ journey }: { journey: Journey }) {
  const { t } = useTranslation();
  const scheme = useComputedColorScheme("light");
  const frame = useRef<HTMLDivElement>(null);
  const { nodes, edges, width, trigger } = useMemo(
    () => toFlow(journey, t("journeys.step.kind")),
    [journey, t],
  );
  return (
    <div ref={frame} className={classes.canvas} role="region" aria-label={t("journeys.canvas")}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        colorMode={scheme}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        minZoom={0.2}
        maxZoom={1.4}
        onInit={(flow) => {
          const box = frame.current?.getBoundingClientRect();
          if (box) void flow.setViewport(firstView(width, trigger, box.width));
        }}
        panOnScroll
        fitViewOptions={{ maxZoom: 1, padding: 0.08 }}
      >
        <Controls showInteractive={false} />
      </ReactFlow>
    </div>
  );
}

function toFlow(journey: Journey, stepWord: string) {
  const steps = journey.steps;
  // The trigger is drawn as the step before the first.
  const withTrigger = [
    { id: triggerId, next: [{ to: journey.entry, label: null }] },
    ...steps.map((step) => ({
      id: step.id,
      next: step.next.length > 0 ? step.next : [{ to: null, label: null }],
    })),
  ];
  const byId = new Map(steps.map((step) => [step.id, step]));
  const layout = layoutJourney(withTrigger, triggerId);
  const nodes = layout.nodes.map((placed): StepNode | TriggerNode | EndNode => {
    const position = { x: placed.x, y: placed.y };
    const step = byId.get(placed.id);
    if (step) {
      return {
        id: placed.id,
        type: "step",
        position,
        width: layoutSize.nodeWidth,
        height: layoutSize.nodeHeight,
        ariaLabel: `${stepWord} ${step.name}`,
        data: { step, journey: journey.key },
      };
    }
    if (placed.id === triggerId) {
      return {
        id: placed.id,
        type: "trigger",
        position,
        width: layoutSize.nodeWidth,
        height: layoutSize.nodeHeight,
        data: { text: journey.trigger.summary },
      };
    }
    return {
      id: placed.id,
      type: "end",
      position,
      width: layoutSize.endWidth,
      height: layoutSize.endHeight,
      data: {},
    };
  });
  const edges = layout.edges.map((edge): PathEdge => ({
    id: edge.id,
    type: "path",
    source: edge.from,
    target: edge.to,
    data: { label: edge.label, joins: edge.joins, lane: edge.lane },
    markerEnd: { type: MarkerType.ArrowClosed, width: 14, height: 14, color: "var(--app-edge)" },
    style: {
      stroke: "var(--app-edge)",
      strokeWidth: 1.5,
      ...(edge.back ? { strokeDasharray: "5 4" } : {}),
    },
  }));
  const trigger = nodes.find((node) => node.id === triggerId)?.position.x ?? 0;
  return { nodes, edges, width: layout.width, trigger: trigger + layoutSize.nodeWidth / 2 };
}

/** Readable at first sight, from the top: the whole width if it fits, else around the trigger. */
function firstView(width: number, trigger: number, frameWidth: number) {
  const zoom = Math.min(1, Math.max(readableZoom, (frameWidth - 2 * margin) / Math.max(1, width)));
  const fits = width * zoom <= frameWidth - 2 * margin;
  const centre = fits ? width / 2 : trigger;
  return { x: frameWidth / 2 - centre * zoom, y: margin, zoom };
}

function StepView({ data: { step, journey } }: NodeProps<StepNode>) {
  const name = useStepName()(step);
  return (
    <div className={classes.node}>
      <Handle className={classes.handle} type="target" position={Position.Top} />
      <div className={classes.nodeHead}>
        <KindIcon kind={step.kind} />
        <span className={classes.nodeName} title={name}>
          {name}
        </span>
      </div>
      <div className={classes.nodeText} title={step.summary}>
        {step.summary}
      </div>
      <StepCounts journey={journey} step={step} />
      <Handle className={classes.handle} type="source" position={Position.Bottom} />
    </div>
  );
}

function TriggerView({ data }: NodeProps<TriggerNode>) {
  const { t } = useTranslation();
  return (
    <div className={classes.node}>
      <div className={classes.nodeHead}>
        <KindIcon kind="trigger" />
        <span className={classes.nodeName}>{t("journeys.trigger")}</span>
      </div>
      <div className={classes.nodeText} title={data.text} style={{ WebkitLineClamp: 4 }}>
        {data.text}
      </div>
      <Handle className={classes.handle} type="source" position={Position.Bottom} />
    </div>
  );
}

function EndView() {
  const { t } = useTranslation();
  return (
    <div className={classes.end}>
      <Handle className={classes.handle} type="target" position={Position.Top} />
      {t("journeys.end")}
    </div>
  );
}

const turn = 20;

function PathView(props: EdgeProps<PathEdge>) {
  const { sourceX, sourceY, targetX, targetY, data } = props;
  const lane = data?.lane ?? null;
  const turnAt = data?.joins ? targetY - turn : sourceY + turn;
  const [path] =
    lane === null
      ? getSmoothStepPath({ ...props, borderRadius: 10, centerY: turnAt })
      : [lanePath(sourceX, sourceY, lane, targetX, targetY)];
  const labelX = lane ?? targetX;
  const labelY = lane === null ? targetY - labelAboveTarget : sourceY + 2 * turn;
  return (
    <>
      <BaseEdge id={props.id} path={path} markerEnd={props.markerEnd} style={props.style} />
      {data?.label && (
        <EdgeLabelRenderer>
          <div
            className={`${classes.label} nodrag nopan`}
            title={data.label}
            style={{ transform: `translate(-50%, -50%) translate(${labelX}px, ${labelY}px)` }}
          >
            {data.label}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
}

/** To the lane, down or up in it, and over to the step. */
function lanePath(
  sourceX: number,
  sourceY: number,
  lane: number,
  targetX: number,
  targetY: number,
) {
  return [
    `M${sourceX},${sourceY}`,
    `V${sourceY + turn}`,
    `H${lane}`,
    `V${targetY - turn}`,
    `H${targetX}`,
    `V${targetY}`,
  ].join(" ");
}

const nodeTypes = { step: StepView, trigger: TriggerView, end: EndView };
const edgeTypes = { path: PathView };
