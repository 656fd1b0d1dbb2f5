import { useTranslation } from "react-i18next";
import { Choice } from "./choice";
import { DateField, useToday } from "./date-field";
import { type Question, withMembers } from "./model";
import { SpanField } from "./span-field";
import { type WindowKind, windowKindOf, withWindow } from "./windows";

interface Props {
  question: Question;
  onChange: (question: Question) => void;
  kinds: readonly WindowKind[];
}

/** The time in which it happened. */
export function WindowFields({ question, onChange, kinds }: Props) {
  const { t } = useTranslation();
  const today = useToday();
  const kind = windowKindOf(question);
  const set = (change: Question) => onChange(withMembers(question, change));
  return (
    <>
      <Choice
        label={t("conditions.window")}
        value={kind}
        onChange={(next) => onChange(withWindow(question, next, today))}
        options={kinds.map((value) => ({ value, label: t(`conditions.windows.${value}`) }))}
      />
      {kind === "last" && (
        <SpanField
          label={t("conditions.length")}
          value={question.within}
          onChange={(within) => set({ within })}
        />
      )}
      {kind === "longer_ago" && (
        <SpanField
          label={t("conditions.length")}
          value={question.longer_ago}
          onChange={(ago) => set({ longer_ago: ago })}
        />
      )}
      {(kind === "since" || kind === "between") && (
        <DateField
          fixed
          label={t("conditions.from")}
          value={question.since}
          onChange={(since) => set({ since })}
        />
      )}
      {kind === "between" && t("conditions.and")}
      {(kind === "until" || kind === "between") && (
        <DateField
          fixed
          label={t("conditions.to")}
          value={question.until}
          onChange={(until) => set({ until })}
        />
      )}
    </>
  );
}
