import { createContext, useContext } from "react";

/** What the canvas and the outline show of a step besides what it does. */
export interface Shown {
  /** Problems by step. */
  problems: ReadonlyMap<string, string[]>;
  /** Who waits at a step of the version that runs; empty of a journey that does not. */
  here: ReadonlyMap<string, number>;
  /** Steps that the contact of a simulation came to; null: none is shown. */
  path: ReadonlySet<string> | null;
}

export const nothingShown: Shown = { problems: new Map(), here: new Map(), path: null };

export const ShownContext = createContext<Shown>(nothingShown);

export const useShown = (): Shown => useContext(ShownContext);
