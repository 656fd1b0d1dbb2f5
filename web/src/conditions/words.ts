import { useTranslation } from "react-i18next";
import {
  type Condition,
  groupOf,
  innerOf,
  kindOf,
  type Question,
  type QuestionKind,
  rowOf,
} from "./model";
import { operators, readFilter, valueText } from "./operators";
import { parseSpan } from "./spans";
import { windowKindOf } from "./windows";

const comparisons = [
  "at_least",
  "at_most",
  "exactly",
  "more_than",
  "less_than",
  "between",
] as const;
const measures = ["sum", "average", "minimum", "maximum", "distinct"] as const;

const join = (...parts: (string | undefined)[]) =>
  parts.filter((part) => part !== undefined && part !== "").join(" ");

/** Says a condition in plain words of the reader's language. */
export function useWords(): (condition: Condition) => string {
  const { t } = useTranslation();

  const span = (text: unknown): string => {
    const read = parseSpan(text);
    if (read === null) return valueText(text);
    const unit = read.unit.replace(" ", "_") as "day";
    return `${read.amount} ${t(`conditions.units.${unit}`, { count: read.amount })}`;
  };
  const operand = (kind: string, value: unknown): string => {
    if (kind === "none") return "";
    if (kind === "span") return span(value);
    if (kind === "pair" && Array.isArray(value)) {
      return value.map(valueText).join(` ${t("conditions.and")} `);
    }
    return Array.isArray(value) ? value.map(valueText).join(", ") : valueText(value);
  };
  const filter = (value: unknown, subject: string): string => {
    const read = readFilter(value, subject);
    if (read === null) return valueText(value);
    const words = operand(operators[read.operator], read.operand);
    return join(read.path, t(`conditions.operators.${read.operator}`), words);
  };
  const match = (of: Question): string => {
    const filters = Array.isArray(of.where) ? of.where : [];
    const asked = filters.map((each) => filter(each, "property"));
    const where = asked.length > 0 ? t("conditions.where") : "";
    return join(valueText(of.event), where, asked.join(` ${t("conditions.and")} `));
  };
  const window = (of: Question): string => {
    const kind = windowKindOf(of);
    if (kind === "ever") return "";
    const dates = [of.since, of.until].filter((each) => each !== undefined).map(valueText);
    const length = kind === "last" ? of.within : of.longer_ago;
    const words = length === undefined ? dates.join(` ${t("conditions.and")} `) : span(length);
    return join(t(`conditions.windows.${kind}`), words);
  };
  const amount = (did: Question): string => {
    const measure = measures.find((each) => each in did);
    const comparison = comparisons.find((each) => each in did) ?? "at_least";
    const number = operand(comparison === "between" ? "pair" : "value", did[comparison] ?? 1);
    if (measure) {
      const what = join(t(`conditions.measures.${measure}`), valueText(did[measure]));
      return join(what, t(`conditions.comparisons.${comparison}`), number);
    }
    return join(t(`conditions.comparisons.${comparison}`), number, t("conditions.times"));
  };
  const score = (of: Question): string => {
    if (of.threshold !== undefined) {
      return join(t("conditions.scoreForms.threshold"), valueText(of.threshold));
    }
    if (of.at_least !== undefined && of.below !== undefined) {
      const from = join(t("conditions.scoreForms.between"), valueText(of.at_least));
      return join(from, t("conditions.toBelow"), valueText(of.below));
    }
    const form = of.below === undefined ? "at_least" : "below";
    return join(t(`conditions.scoreForms.${form}`), valueText(of[form]));
  };
  const stages = (of: Question): string =>
    (Array.isArray(of.stages) ? (of.stages as Question[]) : [])
      .map((stage, index) => {
        const lead = index === 0 ? "firstStage" : stage.never === true ? "thenNot" : "then";
        const time =
          stage.within === undefined ? "" : join(t("conditions.within"), span(stage.within));
        return join(t(`conditions.${lead}`), match(stage), time);
      })
      .join(", ");

  const question = (kind: QuestionKind, of: Question): string => {
    const inner = innerOf(of, kind);
    const topic = inner.topic === undefined ? t("conditions.noTopic") : valueText(inner.topic);
    switch (kind) {
      case "attribute":
        return filter(of, "attribute");
      case "did":
        return join(match(inner), amount(inner), window(inner));
      case "first":
      case "last":
        return join(match(inner), window(inner));
      case "sequence":
        return join(stages(inner), window(inner));
      case "segment":
      case "list":
        return valueText(of[kind]);
      case "score":
        return join(valueText(of.score), score(of));
      case "grade":
        return join(
          valueText(of.grade),
          t("conditions.isOneOf"),
          operand("list", of.one_of ?? [of.is]),
        );
      case "reachable":
        return join(t("conditions.byEmail"), topic);
      case "consent":
        return join(
          t("conditions.toEmail"),
          topic,
          t(`conditions.consents.${valueText(inner.is) as "unknown"}`),
        );
      case "random":
        return join(valueText(of.random), t("conditions.percentOf"), valueText(of.seed));
    }
  };

  return function words(condition: Condition): string {
    const group = groupOf(condition);
    if (group) {
      if (group.parts.length === 0) {
        return t(group.kind === "any" ? "conditions.nobody" : "conditions.everybody");
      }
      const parts = group.parts.map((part) => (groupOf(part) ? `(${words(part)})` : words(part)));
      if (group.kind !== "none" && parts.length === 1) return parts.join();
      return `${t(`conditions.groups.${group.kind}`)}: ${parts.join("; ")}`;
    }
    const row = rowOf(condition);
    const kind = kindOf(row.question);
    if (kind === null) return valueText(condition);
    const lead = row.negated ? t(`conditions.leadsNot.${kind}`) : t(`conditions.leads.${kind}`);
    const spoken = question(kind, row.question as Question);
    return kind === "attribute" && !row.negated ? spoken : join(lead, spoken);
  };
}
