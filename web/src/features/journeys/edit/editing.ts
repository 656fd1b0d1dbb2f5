import { createContext, useContext } from "react";
import type { Draft, DraftKeeper } from "@/drafts/draft-keeper";
import type { Journey, Step } from "./model/definition";
import type { Kind } from "./model/kinds";
import type { Place } from "./model/tree";

/** What is open beside the canvas. */
export type Side = "inspector" | "simulation";

export interface Editing {
  key: string;
  draft: Draft;
  keeper: DraftKeeper;
  journey: Journey;
  /** The text holds no journey at the moment: the canvas shows the last one that it held. */
  unreadable: boolean;

  /** The step whose settings are shown; null is the journey itself. */
  selected: string | null;
  /** All steps that an action is for; holds `selected` where that is one. */
  chosen: ReadonlySet<string>;
  select: (id: string | null) => void;
  /** Takes a step to those that are chosen, or out of them. */
  choose: (id: string) => void;

  /** `what` names a change that goes on, as typing does. */
  edit: (next: Journey, what?: string) => void;
  /** The whole text, as somebody wrote it. */
  editText: (text: string) => void;
  undo: () => void;
  redo: () => void;
  canUndo: boolean;
  canRedo: boolean;

  add: (kind: Kind, place: Place) => void;
  paste: (place: Place, steps: readonly Step[]) => void;
  remove: (ids: ReadonlySet<string>) => void;
  duplicate: (ids: ReadonlySet<string>) => void;
  copy: (ids: ReadonlySet<string>) => void;
  move: (id: string, to: Place) => void;

  /** Asks what to put at a place. */
  askAdd: (place: Place) => void;
  /** Asks where to put a step. */
  askMove: (id: string) => void;
}

export const EditingContext = createContext<Editing | null>(null);

/** The journey that is edited here. */
export function useEditing(): Editing {
  const editing = useContext(EditingContext);
  if (editing === null) throw new Error("no journey is edited here");
  return editing;
}
