import { createContext, type KeyboardEvent, useContext } from "react";

/** What the keys do that a step of the canvas hears. */
export const CanvasKeysContext = createContext<(event: KeyboardEvent<HTMLElement>) => void>(
  () => undefined,
);

export const useKeysOfCanvas = () => useContext(CanvasKeysContext);
