import { Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { fromText, toText } from "./as-text";
import type { FieldProps } from "./field";
import { useTyped } from "./typed-text";

/** An object or a text, written as YAML. */
export function DataField({ label, value, onChange }: FieldProps) {
  const { t } = useTranslation();
  const { text, type } = useTyped(value, toText, fromText);
  return (
    <Textarea
      size="xs"
      label={label}
      description={t("editor.dataText")}
      inputWrapperOrder={["label", "input", "description", "error"]}
      rows={3}
      resize="vertical"
      spellCheck={false}
      value={text}
      onChange={(event) => onChange(type(event.currentTarget.value))}
    />
  );
}
