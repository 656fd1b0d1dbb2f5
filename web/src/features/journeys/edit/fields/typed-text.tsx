import { useState } from "react";

/**
 * Text that stands for a value: while somebody types, what was typed stays, also where it would be
 * written in another way.
 */
export function useTyped(
  value: unknown,
  toText: (value: unknown) => string,
  fromText: (text: string) => unknown,
) {
  const [typed, setTyped] = useState({ text: toText(value), value });
  const isSame = JSON.stringify(typed.value) === JSON.stringify(value);
  const text = isSame ? typed.text : toText(value);
  const type = (next: string) => {
    const read = next.trim() === "" ? undefined : fromText(next);
    setTyped({ text: next, value: read });
    return read;
  };
  return { text, type };
}
