import type { Schemas } from "@/api/client";

export type Event = Schemas["Event"];

/** The live list of events: newest first, bounded, without repeats, stopped by pause. */
export interface Tail {
  events: Event[];
  /** What arrived while paused, newest first. */
  held: Event[];
  paused: boolean;
  /** Events that the stream or the limit of `held` left out. */
  missed: number;
}

export type TailAction =
  | { type: "loaded"; events: Event[] }
  | { type: "arrived"; events: Event[] }
  | { type: "gap"; missed: number }
  | { type: "pause" }
  | { type: "resume" }
  | { type: "clear" };

/** More than a person reads, little enough to stay quick. */
export const tailMax = 500;

export const emptyTail: Tail = { events: [], held: [], paused: false, missed: 0 };

export function reduceTail(tail: Tail, action: TailAction): Tail {
  switch (action.type) {
    case "loaded":
      return { ...tail, ...bounded("events", merge(tail.events, action.events)) };
    case "arrived": {
      if (!tail.paused) return { ...tail, ...bounded("events", merge(action.events, tail.events)) };
      const shown = new Set(tail.events.map((event) => event.position));
      const fresh = action.events.filter((event) => !shown.has(event.position));
      const held = merge(fresh, tail.held);
      const missed = tail.missed + Math.max(0, held.length - tailMax);
      return { ...tail, ...bounded("held", held), missed };
    }
    case "gap":
      return { ...tail, missed: tail.missed + action.missed };
    case "pause":
      return { ...tail, paused: true };
    case "resume":
      return {
        ...tail,
        ...bounded("events", merge(tail.held, tail.events)),
        held: [],
        paused: false,
      };
    case "clear":
      return { ...tail, events: [], held: [], missed: 0 };
  }
}

function bounded<K extends "events" | "held">(key: K, events: Event[]): Record<K, Event[]> {
  return { [key]: events.slice(0, tailMax) } as Record<K, Event[]>;
}

/** `first` before `second`; what is in both is kept once. */
function merge(first: Event[], second: Event[]): Event[] {
  const seen = new Set<string>();
  const all: Event[] = [];
  for (const event of [...first, ...second]) {
    if (seen.has(event.position)) continue;
    seen.add(event.position);
    all.push(event);
  }
  return all;
}

/** Events that contain every word of the filter in name, contact, source or a property. */
export function filterEvents(events: Event[], filter: string): Event[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return events;
  return events.filter((event) => {
    const text = [
      event.name,
      event.type,
      event.source,
      event.contact?.id,
      event.contact?.userId,
      event.contact?.name,
      JSON.stringify(event.properties),
    ]
      .join(" ")
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
