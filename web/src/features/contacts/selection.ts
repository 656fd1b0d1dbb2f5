import { useState } from "react";

/** Contacts that are named in one call of the API. */
export const chosenMax = 1000;

export interface Chosen {
  /** Ids; of `all` nobody is named. */
  ids: ReadonlySet<string>;
  /** Everybody whom the filter finds, also those who have not been read. */
  all: boolean;
}

/** Which contacts of a list are chosen; `list` names the list with its filter, and another one begins anew. */
export function useChosen(list: string) {
  const [kept, setKept] = useState({ list, ids: new Set<string>(), all: false });
  const chosen: Chosen = kept.list === list ? kept : { ids: new Set(), all: false };
  const set = (ids: Iterable<string>, all = false) =>
    setKept({ list, ids: new Set([...ids].slice(0, chosenMax)), all });
  return {
    chosen,
    clear: () => set([]),
    chooseAll: () => set([], true),
    toggle: (id: string) => {
      const next = new Set(chosen.ids);
      if (!next.delete(id)) next.add(id);
      set(next);
    },
    toggleRows: (rows: readonly string[]) =>
      set(rows.every((id) => chosen.ids.has(id)) && !chosen.all ? [] : rows),
  };
}
