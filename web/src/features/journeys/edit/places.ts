import type { Journey, Step } from "./model/definition";
import { type Way, waysOf } from "./model/kinds";
import { canMove, findStep, type Place, rootList, startsWith, stepsAt } from "./model/tree";

/** A place to which a step can be moved, and beside what it is. */
export interface NamedPlace {
  place: Place;
  depth: number;
  /** Behind this step; null: the first of its list. */
  after: Step | null;
  /** Of the first place of a path: the step that has it. */
  of: Step | null;
  way: Way | null;
}

/** Every place for a step, in reading order, but where it stands and within itself. */
export function placesFor(journey: Journey, id: string): NamedPlace[] {
  const found = findStep(journey, id);
  const places: NamedPlace[] = [];
  const walk = (list: Place["list"], depth: number, of: Step | null, way: Way | null) => {
    places.push({ place: { list, index: 0 }, depth, after: null, of, way });
    stepsAt(journey, list).forEach((step, index) => {
      const path = [...list, index];
      if (!found || !startsWith(path, found.path)) {
        for (const each of waysOf(step)) walk([...path, ...each.at], depth + 1, step, each);
      }
      places.push({ place: { list, index: index + 1 }, depth, after: step, of: null, way: null });
    });
  };
  walk(rootList, 0, null, null);
  if (!found) return places;
  const { list, index } = found.place;
  const isHere = ({ place }: NamedPlace) =>
    place.list.join("/") === list.join("/") && (place.index === index || place.index === index + 1);
  return places.filter((each) => canMove(found, each.place) && !isHere(each));
}
