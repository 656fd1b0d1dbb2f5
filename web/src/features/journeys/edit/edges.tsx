import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getSmoothStepPath } from "@xyflow/react";
import { AddButton } from "./add-button";
import { useWayLabel } from "./describe";
import classes from "./editor.module.css";
import type { EditEdge } from "./flow";

const turn = 20;
const labelAboveTarget = 42;
const addAboveTarget = 22;

/** A way on, with its words and the button that adds a step on it. */
function PathView(props: EdgeProps<EditEdge>) {
  const { sourceX, sourceY, targetX, targetY, data } = props;
  const wayLabel = useWayLabel();
  const lane = data?.lane ?? null;
  const turnAt = data?.joins ? targetY - turn : sourceY + turn;
  const [path] =
    lane === null
      ? getSmoothStepPath({ ...props, borderRadius: 10, centerY: turnAt })
      : [lanePath(sourceX, sourceY, lane, targetX, targetY)];
  const label = data?.step ? wayLabel(data.step, data.line.way) : null;
  // Paths that join have their own column above the turn; the others their target's.
  const x = lane ?? (data?.joins ? sourceX : targetX);
  const labelY = lane === null ? targetY - labelAboveTarget : sourceY + 2 * turn;
  const addY =
    lane !== null ? labelY + turn : data?.joins ? sourceY + turn / 2 : targetY - addAboveTarget;
  const at = (y: number) => ({
    transform: `translate(-50%, -50%) translate(${x}px, ${y}px)`,
  });
  return (
    <>
      <BaseEdge id={props.id} path={path} markerEnd={props.markerEnd} style={props.style} />
      <EdgeLabelRenderer>
        {label !== null && (
          <div className={`${classes.label} nodrag nopan`} title={label} style={at(labelY)}>
            {label}
          </div>
        )}
        {data?.line.place && (
          <div className={`${classes.onLine} nodrag nopan`} style={at(addY)}>
            <AddButton place={data.line.place} />
          </div>
        )}
      </EdgeLabelRenderer>
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

export const edgeTypes = { path: PathView };
