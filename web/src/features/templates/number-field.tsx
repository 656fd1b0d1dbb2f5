import { TextInput } from "@mantine/core";

interface Props {
  label: string;
  value: unknown;
  /** What it is where nothing is set; shown as such. */
  otherwise?: number;
  min: number;
  max: number;
  onChange: (value: number | undefined) => void;
}

/** A whole number within its limits; empty is what the server takes for it. */
export function NumberField({ label, value, otherwise, min, max, onChange }: Props) {
  return (
    <TextInput
      type="number"
      label={label}
      placeholder={otherwise === undefined ? undefined : String(otherwise)}
      min={min}
      max={max}
      value={typeof value === "number" ? value : ""}
      onChange={(event) => {
        const typed = event.currentTarget.value;
        onChange(typed === "" ? undefined : Math.round(Number(typed)));
      }}
      error={
        typeof value === "number" && (value < min || value > max) ? `${min}–${max}` : undefined
      }
    />
  );
}
