import {
  getIn,
  isNode,
  type Journey,
  listOf,
  type Node,
  type Path,
  setIn,
  type Step,
  textOf,
} from "./definition";
import { type Kind, kindOf, waysOf } from "./kinds";

/** Where a step stands, or one is put: before what is at `index` of the list. */
export interface Place {
  list: Path;
  index: number;
}

export interface Found {
  step: Step;
  /** Of the step itself. */
  path: Path;
  place: Place;
  /** The step in whose path it stands; null on the main line. */
  parent: string | null;
}

export const rootList: Path = ["steps"];

export const stepsAt = (journey: Journey, list: Path): readonly Step[] =>
  listOf(getIn(journey, list)).filter(isNode) as unknown as readonly Step[];

/** Every step in reading order: a step before what is in its paths. */
export function allSteps(journey: Journey): Found[] {
  const found: Found[] = [];
  const walk = (list: Path, parent: string | null) => {
    stepsAt(journey, list).forEach((step, index) => {
      const path = [...list, index];
      found.push({ step, path, place: { list, index }, parent });
      for (const way of waysOf(step)) walk([...path, ...way.at], step.id);
    });
  };
  walk(rootList, null);
  return found;
}

export function findStep(journey: Journey, id: string | null): Found | undefined {
  return id === null ? undefined : allSteps(journey).find((each) => each.step.id === id);
}

/** The ids of a step and of all that is in its paths. */
export function idsIn(step: Step): string[] {
  return allSteps({ steps: [step] }).map((each) => each.step.id);
}

export function insertStep(journey: Journey, place: Place, step: Step): Journey {
  const now = listOf(getIn(journey, place.list));
  return setIn(journey, place.list, [
    ...now.slice(0, place.index),
    step,
    ...now.slice(place.index),
  ]);
}

export function removeStep(journey: Journey, id: string): Journey {
  const found = findStep(journey, id);
  if (!found) return journey;
  const { list, index } = found.place;
  const rest = listOf(getIn(journey, list)).filter((_, at) => at !== index);
  // A path without steps is one that is not written, but the main line is always there.
  const isEmptyWay = rest.length === 0 && list.length > 1;
  return setIn(journey, list, isEmptyWay ? undefined : rest);
}

export function removeSteps(journey: Journey, ids: readonly string[]): Journey {
  return ids.reduce(removeStep, journey);
}

/** Whether a step may be put there: not into itself. */
export function canMove(found: Found, to: Place): boolean {
  return !startsWith(to.list, found.path);
}

/** Takes a step out and puts it before what stands at the place now. */
export function moveStep(journey: Journey, id: string, to: Place): Journey {
  const found = findStep(journey, id);
  if (!found || !canMove(found, to)) return journey;
  const from = found.place;
  // Taking it out moves what comes behind it in the same list, and what is within that.
  let { list, index } = to;
  if (samePath(from.list, list)) {
    if (index === from.index || index === from.index + 1) return journey;
    if (index > from.index) index -= 1;
  } else if (startsWith(list, from.list) && (list[from.list.length] as number) > from.index) {
    list = list.map((part, depth) => (depth === from.list.length ? (part as number) - 1 : part));
  }
  return insertStep(removeStep(journey, id), { list, index }, found.step);
}

export const afterStep = ({ place }: Found): Place => ({
  list: place.list,
  index: place.index + 1,
});

/** A copy with ids that none of the journey's steps has; what it says of its own steps follows. */
export function withFreshIds(step: Step, taken: ReadonlySet<string>): Step {
  const names = new Map<string, string>();
  const used = new Set(taken);
  for (const id of idsIn(step)) {
    const fresh = freshId(id, used);
    used.add(fresh);
    names.set(id, fresh);
  }
  return renamed(step, names) as Step;
}

/** The members in which a definition names a step. */
const references = ["clicked", "opened", "bounced"];

function renamed(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((each) => renamed(each, names));
  if (!isNode(value)) return value;
  const isStep = typeof value.id === "string" && kindOf(value) !== null;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const known = names.get(textOf(member));
      const isName = (name === "id" && isStep) || references.includes(name);
      if (known !== undefined && (isName || name === "go_to")) return [name, known];
      if (name === "go_to" && isNode(member)) {
        return [name, { ...member, step: names.get(textOf(member.step)) ?? member.step }];
      }
      return [name, renamed(member, names)];
    }),
  );
}

/** The id with another number, where it is taken. */
export function freshId(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  const stem = wanted.replace(/-\d+$/, "");
  for (let number = 2; ; ++number) {
    if (!taken.has(`${stem}-${number}`)) return `${stem}-${number}`;
  }
}

export const idsOf = (journey: Journey): Set<string> =>
  new Set(allSteps(journey).map((each) => each.step.id));

const stems: Partial<Record<Kind, string>> = {
  send: "mail",
  wait_for: "answer",
  add_to_list: "join",
  remove_from_list: "leave-list",
  go_to: "back",
};

/** An id for a new step: a word for what it does. */
export function idFor(kind: Kind, journey: Journey): string {
  return freshId(stems[kind] ?? kind, idsOf(journey));
}

/** Renames a step, and what speaks of it. */
export function renameStep(journey: Journey, from: string, to: string): Journey {
  return renamed(journey, new Map([[from, to]])) as Journey;
}

export function samePath(a: Path, b: Path): boolean {
  return a.length === b.length && startsWith(a, b);
}

export function startsWith(path: Path, start: Path): boolean {
  return start.length <= path.length && start.every((part, index) => path[index] === part);
}

/** Of several steps those that stand in none of the others, in reading order. */
export function outermost(journey: Journey, ids: ReadonlySet<string>): Found[] {
  const chosen = allSteps(journey).filter((each) => ids.has(each.step.id));
  return chosen.filter(
    (each) => !chosen.some((other) => other !== each && startsWith(each.path, other.path)),
  );
}

export type { Node };
