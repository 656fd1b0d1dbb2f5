import type { ReactNode } from "react";
import classes from "./conditions.module.css";

interface Props<T extends string> {
  label: string;
  value: T;
  onChange: (value: T) => void;
  options: { value: T; label: string }[];
  lead?: boolean;
}

/** One of a few, within a sentence. */
export function Choice<T extends string>({ label, value, onChange, options, lead }: Props<T>) {
  const known = options.some((option) => option.value === value);
  return (
    <PlainChoice label={label} value={value} onChange={(next) => onChange(next as T)} lead={lead}>
      {!known && <option value={value}>{value}</option>}
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </PlainChoice>
  );
}

interface PlainProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  lead?: boolean;
  children: ReactNode;
}

/** The same, with options or groups of options as they are given. */
export function PlainChoice({ label, value, onChange, lead, children }: PlainProps) {
  return (
    <select
      className={lead ? `${classes.choice} ${classes.lead}` : classes.choice}
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      {children}
    </select>
  );
}
