import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import classes from "./conditions.module.css";
import { type Condition, rooted } from "./model";
import { readQuery } from "./queries";

interface Props {
  value: Condition | null;
  onChange: (value: string) => void;
  error: Error | null;
}

/** The whole condition as text in the language of segments. */
export function TextMode({ value, onChange, error }: Props) {
  const { t } = useTranslation();
  const isText = typeof value === "string";
  const read = useQuery({ ...readQuery(rooted(value)), enabled: !isText });
  const text = isText ? value : (read.data?.text ?? "");
  // A row of the form is not finished yet: the text begins where the form can be read again.
  const wrong = error ?? (isText ? null : read.error);
  return (
    <div>
      <textarea
        className={classes.text}
        aria-label={t("conditions.asText")}
        rows={Math.min(20, Math.max(4, text.split("\n").length + Math.ceil(text.length / 90)))}
        value={text}
        readOnly={!isText && read.data === undefined}
        spellCheck={false}
        autoCapitalize="off"
        aria-invalid={wrong !== null}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {wrong && (
        <p className={classes.wrong} role="alert">
          {placeOf(wrong, (line, column) => t("conditions.place", { line, column }))}
          {wrong.message}
        </p>
      )}
      <p className={classes.dim}>{t("conditions.textHint")}</p>
    </div>
  );
}

function placeOf(error: Error, words: (line: number, column: number) => string): string {
  const body =
    error instanceof ApiError ? (error.body as { line?: number; column?: number }) : null;
  return body?.line && body.column ? `${words(body.line, body.column)} ` : "";
}
