import { describe, expect, test } from "vitest";
import { batcher, readStreamMessage, reduceConnection } from "./stream-state";

describe("stream", () => {
  test.each([
    ["event", '{"position":"9","name":"Page Viewed"}', "event"],
    ["home", '{"contacts":1,"eventsPerMinute":[]}', "home"],
    ["gap", '{"missed":3}', "gap"],
    ["event", '{"name":"x"}', undefined],
    ["home", "{", undefined],
    ["home", "null", undefined],
    ["tomorrow", "{}", undefined],
  ])("%s %s is read as %s", (type, data, read) => {
    expect(readStreamMessage(type, data)?.type).toBe(read);
  });

  test("only a connection that was live can be lost", () => {
    expect(reduceConnection("connecting", "error")).toBe("connecting");
    expect(reduceConnection("connecting", "open")).toBe("live");
    expect(reduceConnection("live", "error")).toBe("lost");
    expect(reduceConnection("lost", "error")).toBe("lost");
    expect(reduceConnection("lost", "open")).toBe("live");
  });

  test("a burst is delivered once, newest first", () => {
    const delivered: number[][] = [];
    let run: () => void = () => {};
    const add = batcher<number>(
      (items) => delivered.push(items),
      200,
      (callback) => (run = callback),
    );
    [1, 2, 3].forEach(add);
    run();
    add(4);
    run();
    expect(delivered).toEqual([[3, 2, 1], [4]]);
  });
});
