import { IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./conditions.module.css";
import { without } from "./model";
import { parseValue, valueText } from "./operators";
import { TextField } from "./text-field";

interface Props {
  label: string;
  values: readonly unknown[];
  onChange: (values: unknown[]) => void;
  types?: readonly string[];
  suggestions?: readonly string[];
}

/** Several values: each is typed and ended with Enter, or chosen. */
export function ValueList({ label, values, onChange, types, suggestions }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const add = (text: string) => {
    const value = parseValue(text.trim(), types);
    setTyped("");
    if (text.trim() !== "" && !values.includes(value)) onChange([...values, value]);
  };
  return (
    <span className={classes.tags}>
      {values.map((value, index) => (
        <span key={index} className={classes.tag}>
          {valueText(value)}
          <button
            type="button"
            aria-label={t("conditions.takeAway", { what: valueText(value) })}
            onClick={() => onChange(without(values, index))}
          >
            <IconX size={12} aria-hidden />
          </button>
        </span>
      ))}
      <TextField
        label={label}
        placeholder={t("conditions.addValue")}
        value={typed}
        onChange={(next) => (suggestions?.includes(next) ? add(next) : setTyped(next))}
        finish={() => add(typed)}
        suggestions={suggestions}
        size={10}
      />
    </span>
  );
}
