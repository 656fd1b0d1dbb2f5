import { describe, expect, test } from "vitest";
import { emptyTail, type Event, filterEvents, reduceTail, tailMax } from "./tail";

function event(position: number, more: Partial<Event> = {}): Event {
  return {
    position: String(position),
    messageId: `m${position}`,
    type: "track",
    name: "Page Viewed",
    contact: { id: "c_1", userId: "ann", name: "Ann Lee" },
    at: "2026-11-22T14:00:00.000Z",
    receivedAt: "2026-11-22T14:00:00.000Z",
    source: "Website",
    properties: { path: "/pricing" },
    ...more,
  };
}

const ids = (events: Event[]) => events.map((each) => Number(each.position));

describe("live events", () => {
  test("arrivals stand before what was loaded, without repeats", () => {
    let tail = reduceTail(emptyTail, { type: "arrived", events: [event(4), event(3)] });
    tail = reduceTail(tail, { type: "loaded", events: [event(3), event(2), event(1)] });
    tail = reduceTail(tail, { type: "arrived", events: [event(5)] });
    expect(ids(tail.events)).toEqual([5, 4, 3, 2, 1]);
  });

  test("pause holds arrivals, resume shows them once", () => {
    let tail = reduceTail(emptyTail, { type: "loaded", events: [event(1)] });
    tail = reduceTail(tail, { type: "pause" });
    tail = reduceTail(tail, { type: "arrived", events: [event(2)] });
    tail = reduceTail(tail, { type: "arrived", events: [event(3), event(1)] });
    expect(ids(tail.events)).toEqual([1]);
    expect(ids(tail.held)).toEqual([3, 2]);
    tail = reduceTail(tail, { type: "resume" });
    expect(ids(tail.events)).toEqual([3, 2, 1]);
    expect(tail.held).toEqual([]);
    expect(tail.paused).toBe(false);
  });

  test("the list is bounded", () => {
    let tail = emptyTail;
    for (let position = 1; position <= tailMax + 20; position++) {
      tail = reduceTail(tail, { type: "arrived", events: [event(position)] });
    }
    expect(tail.events).toHaveLength(tailMax);
    expect(ids(tail.events)[0]).toBe(tailMax + 20);
  });

  test("what does not fit while paused is counted as missed, as is a gap of the stream", () => {
    let tail = reduceTail(emptyTail, { type: "pause" });
    const many = Array.from({ length: tailMax + 5 }, (_, index) => event(index));
    tail = reduceTail(tail, { type: "arrived", events: many });
    tail = reduceTail(tail, { type: "gap", missed: 7 });
    expect(tail.held).toHaveLength(tailMax);
    expect(tail.missed).toBe(12);
  });

  test("the filter looks for every word, in any case", () => {
    const events = [event(1), event(2, { name: "Order Completed", properties: { revenue: 40 } })];
    expect(ids(filterEvents(events, "order 40"))).toEqual([2]);
    expect(ids(filterEvents(events, "ANN"))).toEqual([1, 2]);
    expect(ids(filterEvents(events, "/pricing order"))).toEqual([]);
    expect(filterEvents(events, "  ")).toBe(events);
  });
});
