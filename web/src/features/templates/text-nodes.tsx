import type { ReactNode } from "react";
import classes from "./composer.module.css";
import type { TextNode } from "./rich-text";

/** Nodes of a text as they stand on the canvas. */
export function Nodes({ nodes }: { nodes: TextNode[] }) {
  return nodes.map((node, index) => <One key={index} node={node} />);
}

function One({ node }: { node: TextNode }) {
  const inner = <Nodes nodes={node.content ?? []} />;
  switch (node.type) {
    case "paragraph":
      return <p>{inner}</p>;
    case "heading":
      return (
        <p>
          <strong>{inner}</strong>
        </p>
      );
    case "bulletList":
      return <ul>{inner}</ul>;
    case "orderedList":
      return <ol>{inner}</ol>;
    case "listItem":
      return <li>{inner}</li>;
    case "hardBreak":
      return <br />;
    case "liquidVar":
      return <VariableChip node={node} />;
    default:
      return marked(node, node.text ?? "");
  }
}

export function VariableChip({ node }: { node: Pick<TextNode, "attrs"> }) {
  const expr = String(node.attrs?.expr ?? "");
  const fallback = node.attrs?.fallback;
  return (
    <span className={classes.variable} title={expr}>
      {expr}
      {fallback ? ` · ${String(fallback)}` : ""}
    </span>
  );
}

function marked(node: TextNode, text: string): ReactNode {
  return (node.marks ?? []).reduce<ReactNode>((inner, mark) => {
    switch (mark.type) {
      case "bold":
        return <strong>{inner}</strong>;
      case "italic":
        return <em>{inner}</em>;
      case "underline":
        return <u>{inner}</u>;
      case "strike":
        return <s>{inner}</s>;
      case "code":
        return <code>{inner}</code>;
      case "link":
        return <u>{inner}</u>;
      default:
        return inner;
    }
  }, text);
}
