import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type ChoiceKind, useChoices } from "../choices";
import { useStepTitle } from "../describe";
import { useEditing } from "../editing";
import { textOf } from "../model/definition";
import { kindOf } from "../model/kinds";
import { allSteps } from "../model/tree";
import type { FieldProps } from "./field";

const noneValue = "(none)";

interface ChoiceProps extends FieldProps {
  options: readonly string[];
  /** What holds where nothing is said; a key among `editor.options`. */
  none: string;
}

/** One of a few words that the definition knows. */
export function ChoiceField({ label, value, options, none, onChange }: ChoiceProps) {
  const { t } = useTranslation();
  const word = (option: string) =>
    t(`editor.options.${option}` as "editor.options.wait", { defaultValue: option });
  const present = textOf(value);
  const all = present === "" || options.includes(present) ? options : [...options, present];
  return (
    <Select
      size="xs"
      label={label}
      allowDeselect={false}
      data={[
        { value: noneValue, label: word(none) },
        ...all.map((option) => ({ value: option, label: word(option) })),
      ]}
      value={present || noneValue}
      onChange={(next) => onChange(next === noneValue || next === null ? undefined : next)}
    />
  );
}

/** One of the workspace's definitions. */
export function PickField({
  label,
  value,
  required,
  of,
  onChange,
}: FieldProps & { of: ChoiceKind }) {
  const { t } = useTranslation();
  const present = textOf(value);
  const choices = useChoices(of, present);
  return (
    <Select
      size="xs"
      label={label}
      withAsterisk={required}
      placeholder={t("editor.choose")}
      data={choices}
      value={present || null}
      onChange={(next) => onChange(next ?? (required ? "" : undefined))}
      searchable
      clearable={!required}
      clearButtonProps={{ "aria-label": t("editor.clear") }}
      nothingFoundMessage={t("editor.nothingFound")}
    />
  );
}

/** A step of this journey. */
export function StepField({
  label,
  value,
  required,
  sends,
  onChange,
}: FieldProps & { sends: boolean }) {
  const { t } = useTranslation();
  const { journey } = useEditing();
  const title = useStepTitle();
  const present = textOf(value);
  const steps = allSteps(journey)
    .filter(({ step }) => !sends || kindOf(step) === "send")
    .map(({ step }) => ({ value: step.id, label: `${title(step)} · ${step.id}` }));
  const isKnown = present === "" || steps.some((each) => each.value === present);
  return (
    <Select
      size="xs"
      label={label}
      withAsterisk={required}
      placeholder={t("editor.choose")}
      data={isKnown ? steps : [...steps, { value: present, label: present }]}
      value={present || null}
      onChange={(next) => onChange(next ?? "")}
      searchable
      nothingFoundMessage={t("editor.nothingFound")}
    />
  );
}
