import { isMap, parseDocument } from "yaml";

/** The text of a list's definition under another name; all else of it stays. */
export function renamed(source: string, name: string): string {
  const document = parseDocument(source);
  if (!isMap(document.contents)) return source;
  document.set("name", name);
  return document.toString({ lineWidth: 0 });
}
