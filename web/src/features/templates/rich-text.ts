/** Texts of blocks and what TipTap edits: the same nodes, but for plain text that stays plain. */
export interface TextNode {
  type: string;
  text?: string;
  attrs?: Record<string, unknown>;
  marks?: { type: string; attrs?: Record<string, unknown> }[];
  content?: TextNode[];
}

function inlinesOf(text: string): TextNode[] {
  return text
    .split("\n")
    .flatMap((part, index): TextNode[] => [
      ...(index > 0 ? [{ type: "hardBreak" }] : []),
      ...(part ? [{ type: "text", text: part }] : []),
    ]);
}

const paragraph = (content: TextNode[]): TextNode =>
  content.length > 0 ? { type: "paragraph", content } : { type: "paragraph" };

/** Without nodes of empty text, which the editor takes for a mistake. */
function filled(nodes: TextNode[]): TextNode[] {
  return nodes
    .filter((node) => node.type !== "text" || node.text)
    .map((node) => (node.content ? { ...node, content: filled(node.content) } : node));
}

/** A `text` of a block as TipTap takes it. */
export function docOfText(value: unknown): TextNode {
  if (typeof value === "string") {
    const paragraphs = value.trim().split(/\n[ \t]*\n\s*/);
    return { type: "doc", content: paragraphs.map((each) => paragraph(inlinesOf(each))) };
  }
  if (Array.isArray(value)) {
    return { type: "doc", content: [paragraph(filled(value as TextNode[]))] };
  }
  const doc = value as TextNode | undefined;
  return doc?.content?.length
    ? { ...doc, content: filled(doc.content) }
    : { type: "doc", content: [paragraph([])] };
}

/** A line of a block, a heading or a label, as TipTap takes it. */
export function docOfLine(value: unknown): TextNode {
  const content = Array.isArray(value) ? filled(value as TextNode[]) : inlinesOf(plain(value));
  return { type: "doc", content: [paragraph(content)] };
}

const plain = (value: unknown): string => (typeof value === "string" ? value : "");

/** The text of nodes that are nothing but text; null where they are more. */
function plainOf(content: TextNode[]): string | null {
  let text = "";
  for (const node of content) {
    if (node.type === "hardBreak") text += "\n";
    else if (node.type === "text" && !node.marks?.length) text += node.text ?? "";
    else return null;
  }
  return text;
}

/** Without attributes that say nothing, such as `textAlign: null`. */
function tidy(node: TextNode): TextNode {
  const attrs = Object.entries(node.attrs ?? {}).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  const marks = node.marks?.map((mark) => {
    const kept = Object.entries(mark.attrs ?? {}).filter(
      ([name, value]) => value !== null && (mark.type !== "link" || name === "href"),
    );
    return kept.length > 0
      ? { type: mark.type, attrs: Object.fromEntries(kept) }
      : { type: mark.type };
  });
  return {
    type: node.type,
    ...(attrs.length > 0 ? { attrs: Object.fromEntries(attrs) } : {}),
    ...(node.text === undefined ? {} : { text: node.text }),
    ...(marks?.length ? { marks } : {}),
    ...(node.content ? { content: node.content.map(tidy) } : {}),
  };
}

/** What the block holds for a document of TipTap: a string where that says it all. */
export function textOfDoc(doc: TextNode): string | TextNode {
  const nodes = (doc.content ?? []).map(tidy);
  const paragraphs = nodes.map((node) =>
    node.type === "paragraph" && !node.attrs ? plainOf(node.content ?? []) : null,
  );
  const isPlain = paragraphs.every((each) => each !== null && !/^\s|\s$|\n[ \t]*\n/.test(each));
  if (isPlain && paragraphs.every((each) => each !== "" || paragraphs.length === 1)) {
    return paragraphs.join("\n\n");
  }
  return { type: "doc", content: nodes };
}

/** What a line holds: its paragraphs, if there are several, become one. */
export function lineOfDoc(doc: TextNode): string | TextNode[] {
  const nodes = (doc.content ?? []).flatMap((each, index): TextNode[] => [
    ...(index > 0 ? [{ type: "text", text: " " }] : []),
    ...(each.content ?? []).map(tidy),
  ]);
  const text = plainOf(nodes);
  return text === null || text.includes("\n") ? nodes : text;
}

/** A line or text in words, for lists and labels. */
export function words(value: unknown): string {
  if (typeof value === "string") return value;
  const nodes = Array.isArray(value) ? (value as TextNode[]) : [value as TextNode | undefined];
  return nodes
    .map((node) => {
      if (!node) return "";
      if (node.type === "liquidVar") {
        return `{${String(node.attrs?.fallback ?? node.attrs?.expr ?? "")}}`;
      }
      return node.text ?? words(node.content ?? []);
    })
    .join("");
}
