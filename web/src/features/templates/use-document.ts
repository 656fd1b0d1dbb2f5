import { useState } from "react";
import type { Draft, DraftKeeper } from "@/drafts/draft-keeper";
import { type Doc, type Path, pathOf } from "./document";
import { begin, type History, push, redo, undo } from "./history";
import { readTemplate, writeDocument } from "./template-text";

export interface Editing {
  doc: Doc;
  /** Key of the block or row whose settings are shown; null is the message. */
  selected: string | null;
  path: Path | null;
  select: (key: string | null) => void;
  /** `what` names a change that goes on, as typing does. */
  edit: (next: Doc, what?: string) => void;
  undo: () => void;
  redo: () => void;
  canUndo: boolean;
  canRedo: boolean;
}

interface State {
  source: string;
  history: History<Doc>;
}

/** The document of a draft in one language, null is the first, with its past; each change is written into the draft's text. */
export function useDocument(
  draft: Draft,
  keeper: DraftKeeper,
  first: Doc,
  language: string | null,
): Editing {
  const [state, setState] = useState<State>(() => ({ source: draft.text, history: begin(first) }));
  const [selected, select] = useState<string | null>(null);
  // The text was changed by another way: the other version was taken, or the code was edited.
  if (state.source !== draft.text) {
    const read = readTemplate(draft.text, language).document;
    if (read) setState({ source: draft.text, history: push(state.history, read, 0) });
  }
  const go = (history: History<Doc>) => {
    if (history === state.history) return;
    const source = writeDocument(draft.text, state.history.present, history.present, language);
    setState({ source, history });
    keeper.edit(source);
  };
  const doc = state.history.present;
  return {
    doc,
    selected,
    path: pathOf(doc, selected),
    select,
    edit: (next, what) => go(push(state.history, next, Date.now(), what)),
    undo: () => go(undo(state.history)),
    redo: () => go(redo(state.history)),
    canUndo: state.history.past.length > 0,
    canRedo: state.history.future.length > 0,
  };
}
