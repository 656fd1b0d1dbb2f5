import { TagsInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { listOf, textOf } from "../model/definition";
import type { FieldProps } from "./field";

/** Several texts, each ended by Enter. */
export function TextsField({ label, value, required, onChange }: FieldProps) {
  const { t } = useTranslation();
  const texts = typeof value === "string" ? [value] : listOf(value).map(textOf);
  return (
    <TagsInput
      size="xs"
      label={label}
      description={t("editor.textsText")}
      inputWrapperOrder={["label", "input", "description", "error"]}
      withAsterisk={required}
      value={texts}
      onChange={(next) => onChange(next.length === 0 && !required ? undefined : next)}
    />
  );
}
