import { useTranslation } from "react-i18next";
import { useNow } from "@/components/time/now";
import { Choice } from "./choice";
import { TextField } from "./text-field";

const words = ["today", "yesterday", "tomorrow", "now"] as const;

interface Props {
  label: string;
  value: unknown;
  onChange: (value: string) => void;
  /** Only fixed dates. */
  fixed?: boolean;
}

const text = (value: unknown) => (typeof value === "string" ? value : "");

/** A day, an instant as text, or one that moves: today, now. */
export function DateField({ label, value, onChange, fixed }: Props) {
  const { t } = useTranslation();
  const today = useToday();
  const word = words.find((each) => each === value);
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text(value));
  return (
    <>
      {!fixed && (
        <Choice
          label={label}
          value={word ?? "date"}
          onChange={(next) => onChange(next === "date" ? today : next)}
          options={[
            { value: "date", label: t("conditions.date") },
            ...words.map((each) => ({ value: each, label: t(`conditions.days.${each}`) })),
          ]}
        />
      )}
      {word === undefined && (
        <TextField
          type={isDay ? "date" : "text"}
          label={t("conditions.date")}
          value={text(value)}
          onChange={onChange}
        />
      )}
    </>
  );
}

/** Today by the reader's clock, as conditions write a day. */
export function useToday(): string {
  return new Date(useNow()).toISOString().slice(0, 10);
}
