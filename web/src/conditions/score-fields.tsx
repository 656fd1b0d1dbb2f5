import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Choice } from "./choice";
import { type Question, withMembers } from "./model";
import { NamedChoice } from "./named-choice";
import { NumberField } from "./number-field";
import { scoreQuery, scoresQuery } from "./queries";

const forms = ["at_least", "below", "between", "threshold"] as const;
type Form = (typeof forms)[number];

function formOf(question: Question): Form {
  if (question.threshold !== undefined) return "threshold";
  if (question.below === undefined) return "at_least";
  return question.at_least === undefined ? "below" : "between";
}

interface Props {
  question: Question;
  onChange: (question: Question) => void;
}

/** A score lies in a range now, or has reached a threshold. */
export function ScoreFields({ question, onChange }: Props) {
  const { t } = useTranslation();
  const scores = useQuery(scoresQuery).data?.items ?? [];
  const key = typeof question.score === "string" ? question.score : "";
  const known = scores.some((each) => each.key === key);
  const thresholds = useQuery({ ...scoreQuery(key), enabled: known }).data?.thresholds ?? [];
  const form = formOf(question);
  const set = (change: Question) => onChange(withMembers(question, change));
  const choose = (next: Form) => {
    const at = question.at_least ?? question.below ?? 1;
    set({
      at_least: next === "at_least" || next === "between" ? at : undefined,
      below: next === "below" ? at : next === "between" ? Number(at) + 10 : undefined,
      threshold: next === "threshold" ? (thresholds[0]?.name ?? "") : undefined,
    });
  };
  return (
    <>
      <NamedChoice
        label={t("conditions.score")}
        value={question.score}
        onChange={(score) => set({ score })}
        items={scores}
      />
      <Choice
        label={t("conditions.comparison")}
        value={form}
        onChange={choose}
        options={forms.map((value) => ({ value, label: t(`conditions.scoreForms.${value}`) }))}
      />
      {(form === "at_least" || form === "between") && (
        <NumberField
          label={t("conditions.from")}
          value={question.at_least}
          onChange={(next) => set({ at_least: next })}
        />
      )}
      {form === "between" && t("conditions.toBelow")}
      {(form === "below" || form === "between") && (
        <NumberField
          label={t("conditions.to")}
          value={question.below}
          onChange={(below) => set({ below })}
        />
      )}
      {form === "threshold" && (
        <NamedChoice
          label={t("conditions.threshold")}
          value={question.threshold}
          onChange={(threshold) => set({ threshold })}
          items={thresholds.map((each) => ({ key: each.name, name: each.name }))}
        />
      )}
    </>
  );
}
