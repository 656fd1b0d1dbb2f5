import { describe, expect, test } from "vitest";
import { readJourney, setIn, writeJourney } from "./definition";
import { insertStep, moveStep, removeStep } from "./tree";

const source = `# Who signs up.
kind: journey
key: welcome
name: Welcome
trigger: {event: Signed Up}
some_day: {a: 1} # unknown here
steps:
  # The first mail.
  - {id: hello, send: {template: hello, colour: red}}
  - id: pause # a while
    wait: 2 days
  - id: second
    send:
      template: second
`;
const journey = readJourney(source)!;

describe("the text", () => {
  test("stays as it is where nothing changes", () => {
    expect(writeJourney(source, journey, journey)).toBe(source);
  });

  test("keeps comments and what is not known around a change", () => {
    const changed = setIn(journey, ["steps", 0, "send", "template"], "hi");
    expect(writeJourney(source, journey, changed)).toBe(
      source.replace("template: hello, colour", "template: hi, colour"),
    );
  });

  test("keeps every other step as it is written where one is put in, moved and taken out", () => {
    const more = insertStep(journey, { list: ["steps"], index: 1 }, { id: "stop", exit: "done" });
    const text = writeJourney(source, journey, more);
    expect(text).toContain(
      "  # The first mail.\n  - {id: hello, send: {template: hello, colour: red}}",
    );
    expect(text).toContain("  - id: stop\n    exit: done\n  - id: pause # a while\n");
    expect(readJourney(text)).toEqual(more);
    const moved = moveStep(more, "second", { list: ["steps"], index: 0 });
    expect(readJourney(writeJourney(text, more, moved))).toEqual(moved);
    const fewer = removeStep(more, "stop");
    expect(writeJourney(text, more, fewer)).toBe(source);
  });

  test("that is none is not read", () => {
    expect(readJourney("steps: [")).toBeNull();
    expect(readJourney("- a")).toBeNull();
    expect(readJourney("steps: {a: 1}")).toBeNull();
    expect(readJourney("kind: journey")?.steps).toEqual([]);
  });
});
