import { useTranslation } from "react-i18next";
import { Choice } from "./choice";
import { NumberField } from "./number-field";
import { formatSpan, parseSpan, spanUnits } from "./spans";
import { TextField } from "./text-field";

interface Props {
  label: string;
  value: unknown;
  onChange: (value: string) => void;
}

/** A length of time: a number and a unit; one with several parts stays a text. */
export function SpanField({ label, value, onChange }: Props) {
  const { t } = useTranslation();
  const span = parseSpan(value);
  if (span === null) {
    return (
      <TextField
        label={label}
        value={typeof value === "string" ? value : ""}
        onChange={onChange}
        size={8}
      />
    );
  }
  return (
    <>
      <NumberField
        label={label}
        value={span.amount}
        onChange={(amount) =>
          onChange(formatSpan({ ...span, amount: Math.max(1, Math.round(amount)) }))
        }
      />
      <Choice
        label={t("conditions.unit")}
        value={span.unit}
        onChange={(unit) => onChange(formatSpan({ ...span, unit }))}
        options={spanUnits.map((value) => ({
          value,
          label: t(`conditions.units.${value.replace(" ", "_") as "day"}`, { count: span.amount }),
        }))}
      />
    </>
  );
}
