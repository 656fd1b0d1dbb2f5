import { type Edge, MarkerType, type Node } from "@xyflow/react";
import { layoutJourney, layoutSize } from "../layout";
import type { Journey, Step } from "./model/definition";
import { graphOf, type Line } from "./model/graph";
import { findStep, type Place, rootList } from "./model/tree";

export type StepNode = Node<{ step: Step; before: Place | null }, "step">;
export type TriggerNode = Node<Record<string, never>, "trigger">;
export type EndNode = Node<Record<string, never>, "end">;
export type EditNode = StepNode | TriggerNode | EndNode;
export type EditEdge = Edge<
  { line: Line; step: Step | null; joins: boolean; lane: number | null },
  "path"
>;

export const triggerId = "(trigger)";

/** The journey as the canvas draws it, with the trigger as the step before the first. */
export function toFlow(journey: Journey): { nodes: EditNode[]; edges: EditEdge[]; width: number } {
  const { entry, steps } = graphOf(journey);
  const fromTrigger: Line = { to: entry, way: null, place: { list: rootList, index: 0 } };
  const byId = new Map(steps.map((each) => [each.step.id, each]));
  const layout = layoutJourney(
    [
      { id: triggerId, next: [{ to: entry, label: null }] },
      ...steps.map(({ step, lines }) => ({
        id: step.id,
        next: lines.map((line) => ({ to: line.to, label: line.way === null ? null : "way" })),
      })),
    ],
    triggerId,
  );
  const nodes = layout.nodes.map((placed): EditNode => {
    const position = { x: placed.x, y: placed.y };
    const graph = byId.get(placed.id);
    const size = { width: layoutSize.nodeWidth, height: layoutSize.nodeHeight };
    if (graph) {
      const data = { step: graph.step, before: placeBefore(layout.edges, placed.id, journey) };
      return { id: placed.id, type: "step", position, ...size, data };
    }
    if (placed.id === triggerId) {
      return { id: placed.id, type: "trigger", position, ...size, data: {} };
    }
    const end = { width: layoutSize.endWidth, height: layoutSize.endHeight };
    return { id: placed.id, type: "end", position, ...end, data: {} };
  });
  const edges = layout.edges.map((edge): EditEdge => {
    const graph = byId.get(edge.from);
    return {
      id: edge.id,
      type: "path",
      source: edge.from,
      target: edge.to,
      data: {
        line: graph?.lines[edge.path] ?? fromTrigger,
        step: graph?.step ?? null,
        joins: edge.joins,
        lane: edge.lane,
      },
      markerEnd: { type: MarkerType.ArrowClosed, width: 14, height: 14, color: "var(--app-edge)" },
      style: {
        stroke: "var(--app-edge)",
        strokeWidth: 1.5,
        ...(edge.back ? { strokeDasharray: "5 4" } : {}),
      },
    };
  });
  return { nodes, edges, width: layout.width };
}

/** Where several paths join, a step can be put before what they join in: on none of their lines. */
function placeBefore(
  edges: { to: string; back: boolean }[],
  id: string,
  journey: Journey,
): Place | null {
  const entering = edges.filter((edge) => edge.to === id && !edge.back).length;
  return entering < 2 ? null : (findStep(journey, id)?.place ?? null);
}
