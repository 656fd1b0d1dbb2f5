import { useState } from "react";
import type { Draft, DraftKeeper } from "@/drafts/draft-keeper";
import { type Journey, readJourney, writeJourney } from "./model/definition";
import { type History, record, redo, undo } from "./model/history";
import { keepHistory, readHistory } from "./model/kept-history";

interface State {
  source: string;
  journey: Journey;
  history: History;
  unreadable: boolean;
}

const empty: Journey = { steps: [] };

function begin(key: string, text: string): State {
  const journey = readJourney(text);
  return {
    source: text,
    journey: journey ?? empty,
    history: readHistory(key, text),
    unreadable: journey === null,
  };
}

/** The journey in a draft's text, with its past; each change of it is written into the text. */
export function useHistory(key: string, draft: Draft, keeper: DraftKeeper) {
  const [state, setState] = useState(() => begin(key, draft.text));
  // The text was changed by another way: as text, or the other version was taken.
  if (state.source !== draft.text) setState(follow(state, draft.text));
  const go = (journey: Journey, history: History) => {
    if (history === state.history) return;
    const source = state.unreadable
      ? writeJourney("", empty, journey)
      : writeJourney(draft.text, state.journey, journey);
    setState({ source, journey, history, unreadable: false });
    keepHistory(key, source, history);
    keeper.edit(source);
  };
  const { journey, history, unreadable } = state;
  const step = (move: typeof undo) => {
    const next = move(history, journey);
    go(next.value, next.history);
  };
  return {
    journey,
    unreadable,
    edit: (next: Journey, what?: string) =>
      go(next, record(history, journey, next, Date.now(), what)),
    editText: (text: string) => {
      const next = follow(state, text, "text");
      setState(next);
      keepHistory(key, text, next.history);
      keeper.edit(text);
    },
    undo: () => step(undo),
    redo: () => step(redo),
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
  };
}

function follow(state: State, source: string, what?: string): State {
  const journey = readJourney(source);
  if (!journey) return { ...state, source, unreadable: true };
  const history = record(state.history, state.journey, journey, Date.now(), what);
  return { source, journey, history, unreadable: false };
}
