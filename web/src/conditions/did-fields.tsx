import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Choice } from "./choice";
import { EventFilters, EventName, textOf } from "./event-match";
import { type Question, withMembers } from "./model";
import { NumberField } from "./number-field";
import { eventNamesQuery } from "./queries";
import { TextField } from "./text-field";
import { WindowFields } from "./window-fields";

const measures = ["count", "sum", "average", "minimum", "maximum", "distinct"] as const;
type Measure = (typeof measures)[number];
const comparisons = [
  "at_least",
  "at_most",
  "exactly",
  "more_than",
  "less_than",
  "between",
] as const;
type Comparison = (typeof comparisons)[number];
const windows = ["ever", "last", "since", "until", "between"] as const;

interface Props {
  did: Question;
  onChange: (did: Question) => void;
}

/** Did something so many times, or to such an amount, in a time. */
export function DidFields({ did, onChange }: Props) {
  const { t } = useTranslation();
  const known = useQuery(eventNamesQuery).data?.items ?? [];
  const measure = measures.find((each) => each !== "count" && each in did) ?? "count";
  const property = measure === "count" ? "" : textOf(did[measure]);
  const properties = known.find((each) => each.name === did.event)?.properties ?? [];
  const choose = (next: Measure) =>
    onChange(
      withMembers(did, {
        ...Object.fromEntries(measures.map((each) => [each, undefined])),
        ...(next === "count" ? {} : { [next]: property }),
      }),
    );
  return (
    <>
      <EventName match={did} onChange={onChange} />
      <Choice
        label={t("conditions.measure")}
        value={measure}
        onChange={choose}
        options={measures.map((value) => ({ value, label: t(`conditions.measures.${value}`) }))}
      />
      {measure !== "count" && (
        <TextField
          label={t("conditions.property")}
          value={property}
          onChange={(next) => onChange({ ...did, [measure]: next })}
          suggestions={properties.map((each) => each.name)}
          size={10}
        />
      )}
      <Amount did={did} onChange={onChange} />
      {measure === "count" && t("conditions.times")}
      <WindowFields question={did} onChange={onChange} kinds={windows} />
      <EventFilters match={did} onChange={onChange} />
    </>
  );
}

function Amount({ did, onChange }: Props) {
  const { t } = useTranslation();
  const comparison = comparisons.find((each) => each in did) ?? "at_least";
  const amount: unknown = did[comparison] ?? 1;
  const pair = Array.isArray(amount) ? amount : [];
  const set = (kind: Comparison, value: unknown) =>
    onChange(
      withMembers(did, {
        ...Object.fromEntries(comparisons.map((each) => [each, undefined])),
        [kind]: value,
      }),
    );
  const choose = (next: Comparison) => {
    const one = pair.length > 0 ? pair[0] : amount;
    set(next, next === "between" ? [one, Number(one) + 1] : one);
  };
  return (
    <>
      <Choice
        label={t("conditions.comparison")}
        value={comparison}
        onChange={choose}
        options={comparisons.map((value) => ({
          value,
          label: t(`conditions.comparisons.${value}`),
        }))}
      />
      <NumberField
        label={t("conditions.amount")}
        value={comparison === "between" ? pair[0] : amount}
        onChange={(next) => set(comparison, comparison === "between" ? [next, pair[1]] : next)}
      />
      {comparison === "between" && (
        <>
          {t("conditions.and")}
          <NumberField
            label={t("conditions.to")}
            value={pair[1]}
            onChange={(next) => set(comparison, [pair[0], next])}
          />
        </>
      )}
    </>
  );
}
