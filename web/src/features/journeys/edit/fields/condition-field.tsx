import { Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { fromText, toText } from "./as-text";
import type { FieldProps } from "./field";
import { useTyped } from "./typed-text";

/** A condition in the words of segments, or as the object that says the same. */
export function ConditionField({ label, value, required, onChange }: FieldProps) {
  const { t } = useTranslation();
  const { text, type } = useTyped(value, toText, fromText);
  return (
    <Textarea
      size="xs"
      label={label}
      description={t("editor.conditionText")}
      inputWrapperOrder={["label", "input", "description", "error"]}
      required={required}
      rows={3}
      resize="vertical"
      spellCheck={false}
      value={text}
      onChange={(event) => {
        const read = type(event.currentTarget.value);
        onChange(read ?? (required ? "" : undefined));
      }}
    />
  );
}
