import { isNode, type Node, type Path } from "../model/definition";

/** Members that a definition may also write short: `go_to: nudge` for `go_to: {step: nudge}`. */
const shorts: Record<string, (short: string) => Node> = {
  go_to: (step) => ({ step }),
  assign: (owner) => ({ one_of: [owner] }),
  attribute_changed: (attribute) => ({ attribute }),
};

/** The node with the member that a path leads into written out. */
export function longForm(node: Node, path: Path): Node {
  const [name] = path;
  const toLong = path.length > 1 && typeof name === "string" ? shorts[name] : undefined;
  const value = name === undefined ? undefined : node[name];
  if (!toLong || isNode(value)) return node;
  return {
    ...node,
    [name as string]: typeof value === "string" && value !== "" ? toLong(value) : {},
  };
}
