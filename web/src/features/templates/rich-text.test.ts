import { expect, test } from "vitest";
import { docOfLine, docOfText, lineOfDoc, textOfDoc, words } from "./rich-text";

const variable = { type: "liquidVar", attrs: { expr: "contact.firstName", fallback: "you" } };
const bold = { type: "text", text: "now", marks: [{ type: "bold" }] };

test.each([
  ["one paragraph", "Hello there"],
  ["several, and breaks in them", "One\nand more\n\nTwo"],
  ["nothing", ""],
])("plain text stays plain: %s", (_name, text) => {
  expect(textOfDoc(docOfText(text))).toBe(text);
});

test("what is more than plain stays as it is", () => {
  const doc = {
    type: "doc",
    content: [
      { type: "paragraph", content: [{ type: "text", text: "For " }, variable, bold] },
      {
        type: "bulletList",
        content: [{ type: "listItem", content: [{ type: "paragraph", content: [bold] }] }],
      },
    ],
  };
  expect(textOfDoc(docOfText(doc))).toEqual(doc);
});

test("lines are text where they can be, else nodes", () => {
  expect(lineOfDoc(docOfLine("Back to the cart"))).toBe("Back to the cart");
  const line = [{ type: "text", text: "For " }, variable];
  expect(lineOfDoc(docOfLine(line))).toEqual(line);
});

test("attributes that say nothing are left out", () => {
  const edited = {
    type: "doc",
    content: [
      {
        type: "paragraph",
        attrs: { textAlign: null },
        content: [
          {
            type: "text",
            text: "here",
            marks: [{ type: "link", attrs: { href: "https://a.example", target: "_blank" } }],
          },
        ],
      },
    ],
  };
  expect(textOfDoc(edited)).toEqual({
    type: "doc",
    content: [
      {
        type: "paragraph",
        content: [
          {
            type: "text",
            text: "here",
            marks: [{ type: "link", attrs: { href: "https://a.example" } }],
          },
        ],
      },
    ],
  });
});

test("nodes of empty text are left out", () => {
  expect(docOfLine([{ type: "text", text: "" }, variable]).content?.[0]?.content).toEqual([
    variable,
  ]);
});

test("empty paragraphs between others are kept as nodes", () => {
  const doc = docOfText("One");
  doc.content!.push({ type: "paragraph" });
  expect(typeof textOfDoc(doc)).toBe("object");
});

test("words of a line name its variables", () => {
  expect(words([{ type: "text", text: "For " }, variable])).toBe("For {you}");
  expect(words("Plain")).toBe("Plain");
  expect(words(undefined)).toBe("");
});
