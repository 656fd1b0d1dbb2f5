import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { definitionsQuery } from "@/api/definitions";
import { segmentsQuery } from "@/api/queries";
import { topicsQuery } from "@/api/topics";
import { Choice } from "./choice";
import { textOf } from "./event-match";
import { type Question, withMembers } from "./model";
import { NamedChoice } from "./named-choice";
import { NumberField } from "./number-field";
import { listsQuery } from "./queries";
import { TextField } from "./text-field";
import { ValueList } from "./value-list";

interface Props {
  question: Question;
  onChange: (question: Question) => void;
}

export function SegmentFields({ question, onChange }: Props) {
  const { t } = useTranslation();
  const items = useQuery(segmentsQuery).data?.items ?? [];
  return (
    <NamedChoice
      label={t("conditions.segment")}
      value={question.segment}
      onChange={(segment) => onChange({ segment })}
      items={items}
    />
  );
}

export function ListFields({ question, onChange }: Props) {
  const { t } = useTranslation();
  const items = useQuery(listsQuery).data?.items ?? [];
  return (
    <NamedChoice
      label={t("conditions.list")}
      value={question.list}
      onChange={(list) => onChange({ list })}
      items={items}
    />
  );
}

export function GradeFields({ question, onChange }: Props) {
  const { t } = useTranslation();
  const definitions = useQuery(definitionsQuery(false)).data ?? [];
  const grades = definitions.filter((each) => each.kind === "grade" && !each.archived);
  const values = Array.isArray(question.one_of)
    ? question.one_of
    : question.is === undefined
      ? []
      : [question.is];
  return (
    <>
      <NamedChoice
        label={t("conditions.grade")}
        value={question.grade}
        onChange={(grade) => onChange({ ...question, grade })}
        items={grades.map(({ key }) => ({ key, name: key }))}
      />
      {t("conditions.isOneOf")}
      <ValueList
        label={t("conditions.grade")}
        values={values}
        types={["text"]}
        onChange={(next) => onChange(withMembers(question, { is: undefined, one_of: next }))}
      />
    </>
  );
}

/** `about` a topic, or about whatever belongs to none. */
function TopicChoice({ question, onChange }: Props) {
  const { t } = useTranslation();
  const topics = useQuery(topicsQuery).data ?? [];
  return (
    <Choice
      label={t("conditions.topic")}
      value={textOf(question.topic)}
      onChange={(topic) => onChange(withMembers(question, { topic: topic || undefined }))}
      options={[
        { value: "", label: t("conditions.noTopic") },
        ...topics.map(({ key, name }) => ({ value: key, label: name })),
      ]}
    />
  );
}

export function ReachableFields({ question, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <>
      {t("conditions.byEmail")}
      <TopicChoice question={question} onChange={onChange} />
    </>
  );
}

const states = ["opted_in", "opted_out", "unknown", "suppressed"] as const;

export function ConsentFields({ question, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <>
      {t("conditions.toEmail")}
      <TopicChoice question={question} onChange={onChange} />
      <Choice
        label={t("conditions.consentIs")}
        value={textOf(question.is)}
        onChange={(is) => onChange({ ...question, is })}
        options={states.map((value) => ({ value, label: t(`conditions.consents.${value}`) }))}
      />
    </>
  );
}

export function RandomFields({ question, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <NumberField
        label={t("conditions.percent")}
        value={question.random}
        onChange={(random) => onChange({ ...question, random })}
      />
      {t("conditions.percentOf")}
      <TextField
        label={t("conditions.seed")}
        value={textOf(question.seed)}
        onChange={(seed) => onChange(withMembers(question, { seed: seed || undefined }))}
        size={10}
      />
    </>
  );
}
