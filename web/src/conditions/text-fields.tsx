import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import classes from "./conditions.module.css";
import type { Condition } from "./model";
import { readQuery } from "./queries";

interface Props {
  part: Condition;
  onChange: (part: string) => void;
}

/** A part in the language of segments: what the form does not show, and what somebody writes himself. */
export function TextFields({ part, onChange }: Props) {
  const { t } = useTranslation();
  const isText = typeof part === "string";
  const read = useQuery({ ...readQuery(part), enabled: !isText }).data;
  const text = isText ? part : (read?.text ?? "");
  return (
    <textarea
      className={classes.text}
      aria-label={t("conditions.asText")}
      rows={Math.min(6, Math.max(1, Math.ceil(text.length / 70)))}
      value={text}
      readOnly={!isText && read === undefined}
      spellCheck={false}
      autoCapitalize="off"
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
