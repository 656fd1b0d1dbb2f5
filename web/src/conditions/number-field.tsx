import { useState } from "react";
import { TextField } from "./text-field";

interface Props {
  label: string;
  value: unknown;
  onChange: (value: number) => void;
}

/** A number; what is none yet is kept in the field and changes nothing. */
export function NumberField({ label, value, onChange }: Props) {
  const number = typeof value === "number" ? value : 0;
  const [typed, setTyped] = useState({ text: String(number), of: number });
  const text = typed.of === number ? typed.text : String(number);
  return (
    <TextField
      type="number"
      label={label}
      value={text}
      onChange={(next) => {
        const read = Number(next);
        const valid = next.trim() !== "" && Number.isFinite(read);
        setTyped({ text: next, of: valid ? read : number });
        if (valid) onChange(read);
      }}
    />
  );
}
