import { expect, test } from "vitest";
import { setIn } from "./document";
import {
  addLanguage,
  languagesOf,
  newTemplate,
  readTemplate,
  removeLanguage,
  writeDocument,
  writeMembers,
} from "./template-text";

const source = `kind: template
key: offer
document:
  v: 1
  subject: Ten percent # short is good
  rows:
    # The head.
    - cols: [ { blocks: [ { type: image, logo: true } ] } ]
    - cols:
        - blocks:
            - { type: heading, text: Hello }
            - type: text
              text: One
`;

test("a change leaves all else of the text as it was", () => {
  const { document } = readTemplate(source);
  const path = ["rows", 1, "cols", 0, "blocks", 1, "text"];
  const after = setIn(document!, path, "Two");
  expect(writeDocument(source, document!, after)).toBe(source.replace("text: One", "text: Two"));
});

test("members come and go", () => {
  const { document } = readTemplate(source);
  const more = setIn(document!, ["preheader"], "Look");
  const written = writeDocument(source, document!, more);
  expect(readTemplate(written).document?.preheader).toBe("Look");
  const less = setIn(more, ["preheader"], undefined);
  expect(writeDocument(written, more, less)).toBe(source);
});

test("a list of another length is written anew, the rest stays", () => {
  const { document } = readTemplate(source);
  const after = setIn(document!, ["rows", 1, "cols", 0, "blocks"], []);
  const written = writeDocument(source, document!, after);
  expect(written).toContain("# The head.");
  expect(readTemplate(written).document).toEqual(after);
});

test("what is no document of whole rows is edited as text", () => {
  expect(readTemplate("kind: template\nkey: a\nhtml: <p>A</p>\n").document).toBeNull();
  expect(readTemplate("kind: template\ndocument: {rows: [{cols: 3}]}\n").document).toBeNull();
});

test("a new one can be read, and its name changed", () => {
  const made = newTemplate("spring", "Spring", "News: spring");
  expect(readTemplate(made).document?.subject).toBe("News: spring");
  expect(readTemplate(writeMembers(made, { name: "Sommer" })).name).toBe("Sommer");
});

test("another language begins with the words of the first, and is changed by itself", () => {
  const { document } = readTemplate(source);
  const added = addLanguage(source, "de", document!);
  expect(languagesOf(added)).toEqual(["de"]);
  expect(added.startsWith(source.trimEnd())).toBe(true);
  const german = readTemplate(added, "de").document!;
  expect(german.lang).toBe("de");
  const after = setIn(german, ["subject"], "Zehn Prozent");
  const written = writeDocument(added, german, after, "de");
  expect(readTemplate(written, "de").document?.subject).toBe("Zehn Prozent");
  expect(readTemplate(written).document?.subject).toBe("Ten percent");
  expect(removeLanguage(written, "de")).toBe(source);
});
