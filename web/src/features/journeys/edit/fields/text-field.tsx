import { NumberInput, Switch, Textarea, TextInput } from "@mantine/core";
import { textOf } from "../model/definition";
import type { FieldProps } from "./field";

/** Text, a number, a length of time, or yes or no. */
export function TextField({ kind, label, value, required, onChange }: FieldProps) {
  if (kind === "flag") {
    return (
      <Switch
        size="xs"
        label={label}
        checked={value === true}
        onChange={(event) => onChange(event.currentTarget.checked || undefined)}
      />
    );
  }
  if (kind === "number") {
    return (
      <NumberInput
        size="xs"
        label={label}
        required={required}
        value={typeof value === "number" ? value : textOf(value)}
        onChange={(next) => onChange(next === "" ? (required ? "" : undefined) : next)}
      />
    );
  }
  const change = (next: string) => onChange(next === "" && !required ? undefined : next);
  if (kind === "long") {
    return (
      <Textarea
        size="xs"
        label={label}
        required={required}
        rows={3}
        resize="vertical"
        value={textOf(value)}
        onChange={(event) => change(event.currentTarget.value)}
      />
    );
  }
  return (
    <TextInput
      size="xs"
      label={label}
      required={required}
      placeholder={kind === "duration" ? "3d" : undefined}
      value={textOf(value)}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}
