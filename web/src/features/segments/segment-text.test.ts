import { expect, test } from "vitest";
import { readSegment, segmentText, writeSegment } from "./segment-text";

const source = `# Who buys.
kind: segment
key: buyers
name: Buyers # as sales calls them
where: did "Order Completed"
`;

test("what is not changed stays as it was written", () => {
  const draft = readSegment(source);
  expect(draft).toEqual({ name: "Buyers", where: 'did "Order Completed"' });
  expect(writeSegment(source, draft, draft)).toBe(source);
  expect(writeSegment(source, draft, { ...draft, name: "People who buy" })).toBe(
    source.replace("name: Buyers", "name: People who buy"),
  );
});

test("a condition of the form is written as an object, and read as it was", () => {
  const draft = readSegment(source);
  const where = { all: [{ attribute: "plan", is: "pro" }, "did Login"] };
  const written = writeSegment(source, draft, { ...draft, where });
  expect(written).toContain("# Who buys.");
  expect(readSegment(written)).toEqual({ name: "Buyers", where });
});

test("a new one is read as it was written", () => {
  const draft = { name: "Größe: 5", where: { not: { any: [{ list: "staff" }] } } };
  expect(readSegment(segmentText("big", draft))).toEqual(draft);
  expect(readSegment(segmentText("all", { name: "All", where: null })).where).toBe("everybody");
});

test.each(["", "- a\n- b\n", "name: [1]\nwhere: 5\n"])(
  "%j has neither name nor condition",
  (text) => {
    expect(readSegment(text)).toEqual({ name: "", where: null });
  },
);
