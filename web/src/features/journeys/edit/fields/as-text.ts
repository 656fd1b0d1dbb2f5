import { parseDocument, stringify } from "yaml";

/** A value as somebody edits it: text as it is, all else as YAML. */
export function toText(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  return stringify(value, { lineWidth: 0 }).trimEnd();
}

/** What was typed: an object or a list where it is one, else the text. */
export function fromText(text: string): unknown {
  const document = parseDocument(text);
  if (document.errors.length > 0) return text;
  const value: unknown = document.toJS();
  return typeof value === "object" && value !== null ? value : text;
}

/** The same, where a number or yes and no are meant as such. */
export function plainFromText(text: string): unknown {
  const document = parseDocument(text);
  const value: unknown = document.errors.length > 0 ? text : document.toJS();
  return value === null || value === undefined ? text : value;
}
