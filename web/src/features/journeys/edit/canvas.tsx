import "@xyflow/react/dist/style.css";
import { useComputedColorScheme } from "@mantine/core";
import { Controls, ReactFlow, type ReactFlowInstance } from "@xyflow/react";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { layoutSize } from "../layout";
import { edgeTypes } from "./edges";
import classes from "./editor.module.css";
import { useEditing } from "./editing";
import { type EditEdge, type EditNode, toFlow, triggerId } from "./flow";
import { nodeTypes } from "./nodes";
import { type Shown, ShownContext } from "./shown";
import { CanvasKeysContext } from "./canvas-keys";
import { useCanvasKeys } from "./use-canvas-keys";

const readableZoom = 0.85;
const margin = 24;
/** A step that is nearer to the rim is brought to the middle when it gets the focus. */
const rim = 40;

/** The draft from top to bottom. Its steps are changed here by mouse and by keyboard. */
export function Canvas({ shown }: { shown: Shown }) {
  const { t } = useTranslation();
  const scheme = useComputedColorScheme("light");
  const editing = useEditing();
  const frame = useRef<HTMLDivElement>(null);
  const flow = useRef<ReactFlowInstance<EditNode, EditEdge>>(null);
  const { nodes, edges, width } = useMemo(() => toFlow(editing.journey), [editing.journey]);
  const focus = (id: string) => {
    const node = nodes.find((each) => each.id === id);
    if (node) bringIntoView(flow.current, frame.current, node);
    frame.current
      ?.querySelector<HTMLElement>(`[data-node="${CSS.escape(id)}"]`)
      ?.focus({ preventScroll: true });
  };
  const onKeyDown = useCanvasKeys({ nodes, focus, fit: () => void flow.current?.fitView() });
  const { selected } = editing;
  const isFirst = useRef(true);
  useEffect(() => {
    const id = selected ?? triggerId;
    // A step that was taken out has taken the focus along.
    const lost = document.activeElement === document.body && !isFirst.current;
    isFirst.current = false;
    if (lost) return focus(id);
    const node = nodes.find((each) => each.id === id);
    if (node) bringIntoView(flow.current, frame.current, node);
    // Only what is chosen moves the view, not every change.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [selected]);
  return (
    <ShownContext value={shown}>
      <CanvasKeysContext value={onKeyDown}>
        <div ref={frame} className={classes.canvas} role="region" aria-label={t("editor.canvas")}>
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
            disableKeyboardA11y
            deleteKeyCode={null}
            minZoom={0.2}
            maxZoom={1.4}
            onInit={(instance) => {
              flow.current = instance;
              const box = frame.current?.getBoundingClientRect();
              const trigger = nodes.find((node) => node.id === triggerId);
              if (box && trigger) {
                const middle = trigger.position.x + layoutSize.nodeWidth / 2;
                void instance.setViewport(firstView(width, middle, box.width));
              }
            }}
            onPaneClick={() => editing.select(null)}
            panOnScroll
            fitViewOptions={{ maxZoom: 1, padding: 0.08 }}
          >
            <Controls showInteractive={false} />
          </ReactFlow>
        </div>
      </CanvasKeysContext>
    </ShownContext>
  );
}

/** Readable at first sight, from the top: the whole width if it fits, else around the trigger. */
function firstView(width: number, trigger: number, frameWidth: number) {
  const zoom = Math.min(1, Math.max(readableZoom, (frameWidth - 2 * margin) / Math.max(1, width)));
  const fits = width * zoom <= frameWidth - 2 * margin;
  const centre = fits ? width / 2 : trigger;
  return { x: frameWidth / 2 - centre * zoom, y: margin, zoom };
}

function bringIntoView(
  flow: ReactFlowInstance<EditNode, EditEdge> | null,
  frame: HTMLElement | null,
  node: EditNode,
): void {
  if (!flow || !frame) return;
  const { x, y, zoom } = flow.getViewport();
  const { width, height } = frame.getBoundingClientRect();
  const left = node.position.x * zoom + x;
  const top = node.position.y * zoom + y;
  const isIn =
    left >= rim &&
    top >= 0 &&
    left + layoutSize.nodeWidth * zoom <= width - rim &&
    top + layoutSize.nodeHeight * zoom <= height - rim;
  if (isIn) return;
  const middleX = node.position.x + layoutSize.nodeWidth / 2;
  const middleY = node.position.y + layoutSize.nodeHeight / 2;
  void flow.setCenter(middleX, middleY, { zoom });
}
