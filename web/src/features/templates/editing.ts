import { createContext, useContext } from "react";
import type { Editing } from "./use-document";

export const EditingContext = createContext<Editing | null>(null);

/** The document that is edited here. */
export function useEditing(): Editing {
  const editing = useContext(EditingContext);
  if (editing === null) throw new Error("no document is edited here");
  return editing;
}
