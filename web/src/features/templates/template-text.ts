import { type Document, isMap, parseDocument, stringify } from "yaml";
import type { Doc, Node } from "./document";

/** A template's definition as its page edits it. */
export interface TemplateText {
  name: string;
  /** Null of a template in HTML. */
  document: Doc | null;
  subject: string;
  html: string;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Rows and columns that are written short are made whole, as far as the editor walks through them. */
function readDoc(value: unknown): Doc | null {
  if (!isNode(value)) return null;
  const rows = Array.isArray(value.rows) ? value.rows : [];
  const isWhole = rows.every(
    (row) =>
      isNode(row) &&
      Array.isArray(row.cols) &&
      row.cols.every((col) => isNode(col) && Array.isArray(col.blocks) && col.blocks.every(isNode)),
  );
  return isWhole ? ({ ...value, rows } as Doc) : null;
}

/** The template, or what it is in another of its languages. */
export function readTemplate(source: string, language: string | null = null): TemplateText {
  const value: unknown = parseDocument(source).toJS();
  const whole = isNode(value) ? value : {};
  const template = language === null ? whole : variantOf(whole, language);
  return {
    name: text(template.name),
    document: readDoc(template.document),
    subject: text(template.subject),
    html: text(template.html),
  };
}

const variantOf = (template: Node, language: string): Node => {
  const languages = isNode(template.languages) ? template.languages : {};
  const variant = languages[language];
  return isNode(variant) ? variant : {};
};

/** The languages for which the template has a document of its own, as they stand. */
export function languagesOf(source: string): string[] {
  const value: unknown = parseDocument(source).toJS();
  const languages = isNode(value) && isNode(value.languages) ? value.languages : {};
  return Object.keys(languages).filter(
    (language) => readDoc(variantOf(value as Node, language).document) !== null,
  );
}

/** The text with one language more, which begins with the words of `doc`. */
export function addLanguage(source: string, language: string, doc: Doc): string {
  const document = parseDocument(source);
  document.setIn(
    ["languages", language],
    document.createNode({ document: { ...doc, lang: language } }),
  );
  return print(document);
}

/** The text without a language. */
export function removeLanguage(source: string, language: string): string {
  const document = parseDocument(source);
  document.deleteIn(["languages", language]);
  const left = document.get("languages");
  if (isMap(left) && left.items.length === 0) document.delete("languages");
  return print(document);
}

/** The text with what was changed in a document; all else of it, comments too, stays. */
export function writeDocument(
  source: string,
  before: Doc,
  after: Doc,
  language: string | null = null,
): string {
  const document = parseDocument(source);
  if (!isMap(document.contents)) return source;
  const place = language === null ? ["document"] : ["languages", language, "document"];
  patch(document, place, before, after);
  return print(document);
}

/** The text with other members; of `undefined` they are taken out. */
export function writeMembers(source: string, members: Record<string, string>): string {
  const document = parseDocument(source);
  for (const [name, value] of Object.entries(members)) {
    if (value === "") document.delete(name);
    else document.set(name, value);
  }
  return print(document);
}

const print = (document: Document) => document.toString({ lineWidth: 0 });

/** Sets only what differs, so that what does not differ keeps its form and its comments. */
function patch(
  document: Document,
  path: (string | number)[],
  before: unknown,
  after: unknown,
): void {
  if (before === after) return;
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    after.forEach((each, index) => patch(document, [...path, index], before[index], each));
    return;
  }
  if (isNode(before) && isNode(after)) {
    for (const name of Object.keys(before)) {
      if (!(name in after)) document.deleteIn([...path, name]);
    }
    for (const [name, value] of Object.entries(after)) {
      patch(document, [...path, name], before[name], value);
    }
    return;
  }
  document.setIn(path, document.createNode(after));
}

/** A template that holds little more than its form. */
export function newTemplate(key: string, name: string, subject: string): string {
  return stringify(
    {
      kind: "template",
      key,
      name,
      document: {
        v: 1,
        subject,
        rows: [
          { bg: "page", cols: [{ blocks: [{ type: "image", logo: true, align: "center" }] }] },
          {
            cols: [
              {
                blocks: [
                  { type: "heading", text: subject },
                  {
                    type: "text",
                    text: {
                      type: "doc",
                      content: [
                        {
                          type: "paragraph",
                          content: [
                            { type: "text", text: "Hello " },
                            {
                              type: "liquidVar",
                              attrs: { expr: "contact.firstName", fallback: "there" },
                            },
                            { type: "text", text: "," },
                          ],
                        },
                      ],
                    },
                  },
                ],
              },
            ],
          },
          { bg: "page", cols: [{ blocks: [{ type: "legal-footer" }] }] },
        ],
      },
    },
    { lineWidth: 0 },
  );
}
