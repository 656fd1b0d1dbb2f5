import { useTranslation } from "react-i18next";
import { type Node } from "./document";
import { words } from "./rich-text";

const kinds = [
  "heading",
  "text",
  "button",
  "image",
  "divider",
  "spacer",
  "columns",
  "quote",
  "product",
  "list-repeat",
  "table",
  "menu",
  "social",
  "countdown",
  "video-thumb",
  "saved-block",
  "raw",
  "legal-footer",
] as const;

/** What a kind of block is called; one that is not known here keeps its word. */
export function useKindName() {
  const { t } = useTranslation();
  return (type: string): string => {
    const kind = kinds.find((each) => each === type);
    return kind ? t(`templates.kinds.${kind}`) : type;
  };
}

const labelLengthMax = 60;

/** What a block or row is called where it cannot be seen. */
export function useNodeName() {
  const { t } = useTranslation();
  const kind = useKindName();
  return (node: Node): string => {
    if (typeof node.type !== "string") return t("templates.row");
    const said = words(node.text ?? node.label ?? node.name ?? node.block ?? "")
      .trim()
      .slice(0, labelLengthMax);
    return said ? `${kind(node.type)}: ${said}` : kind(node.type);
  };
}
