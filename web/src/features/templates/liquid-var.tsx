import { Node } from "@tiptap/core";
import { type NodeViewProps, NodeViewWrapper, ReactNodeViewRenderer } from "@tiptap/react";
import { VariableChip } from "./text-nodes";

function Chip({ node, selected }: NodeViewProps) {
  return (
    <NodeViewWrapper as="span" data-selected={selected}>
      <VariableChip node={{ attrs: node.attrs }} />
    </NodeViewWrapper>
  );
}

/** A variable in a text: an expression of Liquid, and what stands where it prints nothing. */
export const LiquidVar = Node.create({
  name: "liquidVar",
  group: "inline",
  inline: true,
  atom: true,
  selectable: true,
  addAttributes: () => ({ expr: { default: "" }, fallback: { default: null } }),
  parseHTML: () => [{ tag: "span[data-liquid-var]" }],
  renderHTML: ({ node }) => ["span", { "data-liquid-var": String(node.attrs.expr) }],
  addNodeView: () => ReactNodeViewRenderer(Chip),
});
