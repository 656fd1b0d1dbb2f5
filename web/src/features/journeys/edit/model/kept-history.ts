import { type History, noHistory } from "./history";

/** The history of a draft, kept in this browser with the text that it belongs to. */
interface Kept {
  text: string;
  past: History["past"];
  future: History["future"];
}

const nameOf = (key: string) => `sojourn-undo/journey/${key}`;

/** Nothing where the text is another one by now: its steps would not fit. */
export function readHistory(key: string, text: string): History {
  try {
    const kept = JSON.parse(sessionStorage.getItem(nameOf(key)) ?? "null") as Kept | null;
    if (!kept || kept.text !== text) return noHistory;
    return { past: kept.past, future: kept.future, last: null };
  } catch {
    return noHistory;
  }
}

export function keepHistory(key: string, text: string, history: History): void {
  try {
    const kept: Kept = { text, past: history.past, future: history.future };
    sessionStorage.setItem(nameOf(key), JSON.stringify(kept));
  } catch {
    // Without room what was before is gone with the page; the draft is kept elsewhere.
  }
}
