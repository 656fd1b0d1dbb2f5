import { useId } from "react";
import classes from "./conditions.module.css";

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  suggestions?: readonly string[];
  type?: "text" | "number" | "date";
  /** Called by Enter, by a comma, and when the field is left. */
  finish?: () => void;
  /** Characters that it is made for. */
  size?: number;
}

/** Something to be typed within a sentence, with what there is to choose from. */
export function TextField({
  label,
  value,
  onChange,
  placeholder,
  suggestions = [],
  type = "text",
  finish,
  size = 16,
}: Props) {
  const id = useId();
  const wide = Math.min(Math.max(value.length + 2, size), 44);
  return (
    <>
      <input
        className={type === "number" ? `${classes.field} ${classes.small}` : classes.field}
        type={type}
        step="any"
        aria-label={label}
        placeholder={placeholder ?? label}
        value={value}
        size={type === "text" ? wide : undefined}
        list={suggestions.length > 0 ? id : undefined}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        onChange={(event) => onChange(event.currentTarget.value)}
        onBlur={finish}
        onKeyDown={(event) => {
          if (!finish || (event.key !== "Enter" && event.key !== ",")) return;
          event.preventDefault();
          finish();
        }}
      />
      {suggestions.length > 0 && (
        <datalist id={id}>
          {suggestions.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </datalist>
      )}
    </>
  );
}
