import { describe, expect, test } from "vitest";
import {
  choiceFilter,
  choicesFilter,
  parseSearch,
  readChoices,
  stringifySearch,
  textFilter,
  toggleChoice,
} from "./search";

const kinds = ["event", "message", "segment"] as const;

describe("filters in the address", () => {
  test.each([
    [{ q: "ann" }, "?q=ann"],
    [{ q: "ann lee", segment: "hot-leads" }, "?q=ann+lee&segment=hot-leads"],
    [{ segment: "b", q: "a" }, "?q=a&segment=b"],
    [{ kinds: "event,message" }, "?kinds=event,message"],
    [{ next: "/contacts/c_1" }, "?next=/contacts/c_1"],
    [{ q: "", segment: undefined }, ""],
    [{ q: "50% & more = ü" }, "?q=50%25+%26+more+%3D+%C3%BC"],
  ])("%o is written %s", (search, text) => {
    expect(stringifySearch(search)).toBe(text);
  });

  test("what is written is read back", () => {
    const search = { q: "50% & 'more' = ü,+", kinds: "event,message", step: "a/b" };
    expect(parseSearch(stringifySearch(search))).toEqual(search);
  });

  test("numbers stay text, so that a userId of digits is not changed", () => {
    expect(parseSearch("?q=007")).toEqual({ q: "007" });
  });

  test("a text filter is trimmed, cut, and absent when empty", () => {
    expect(textFilter("  ann ")).toBe("ann");
    expect(textFilter("   ")).toBeUndefined();
    expect(textFilter("abcdef", 3)).toBe("abc");
    expect(textFilter(undefined)).toBeUndefined();
  });

  test("an unknown choice is dropped", () => {
    expect(choiceFilter("message", kinds)).toBe("message");
    expect(choiceFilter("nonsense", kinds)).toBeUndefined();
  });

  test("all choices and no choice are the same address", () => {
    expect(choicesFilter("event,message,segment", kinds)).toBeUndefined();
    expect(choicesFilter("", kinds)).toBeUndefined();
    expect(choicesFilter("segment,event,nonsense", kinds)).toBe("event,segment");
  });

  test("a chip goes on and off", () => {
    expect(toggleChoice(undefined, "event", kinds)).toBe("event");
    expect(toggleChoice("event", "segment", kinds)).toBe("event,segment");
    expect(toggleChoice("event,segment", "event", kinds)).toBe("segment");
    expect(toggleChoice("event", "event", kinds)).toBeUndefined();
    expect(readChoices(undefined, kinds)).toEqual([]);
  });
});
