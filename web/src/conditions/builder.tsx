import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import classes from "./conditions.module.css";
import { type Findings, FindingsContext, type RowNumber } from "./findings";
import { GroupView } from "./group-view";
import { type Condition, fromGroup, rootOf } from "./model";
import { type ExplainedRow, readQuery, useCount } from "./queries";
import { TextMode } from "./text-mode";
import { Total } from "./total";

interface Props {
  /** The condition as a definition has it: an object, or text; null and empty text hold for everybody. */
  value: Condition | null;
  onChange: (value: Condition) => void;
  /** Who is asked about. */
  subject: "contact";
  /** What the rows say of one contact, by path: see answersByPath(). */
  answers?: ReadonlyMap<string, ExplainedRow>;
  /** Beside the choice between form and text. */
  action?: ReactNode;
}

const noAnswers: ReadonlyMap<string, ExplainedRow> = new Map();

/**
 * A condition as sentences, each with how many contacts it holds for; or as text. Both show the same: what
 * the form does not know is a row of text in it.
 */
export function ConditionBuilder({ value, onChange, subject, answers, action }: Props) {
  const { t } = useTranslation();
  const [mode, setMode] = useState<"form" | "text">("form");
  const isText = typeof value === "string" && value.trim() !== "";
  const read = useQuery({ ...readQuery(value ?? ""), enabled: isText });
  const shown = isText ? (read.data?.definition ?? null) : value;
  const unreadable = isText && read.data === undefined;
  const count = useCount(value);
  const findings = useFindingsOf(count, answers ?? noAnswers);
  const asText = mode === "text" || (unreadable && read.error !== null);
  return (
    <FindingsContext value={findings}>
      <div className={classes.builder} data-subject={subject}>
        <div className={classes.head}>
          <SegmentedControl
            size="xs"
            aria-label={t("conditions.mode")}
            value={asText ? "text" : "form"}
            onChange={(next) => setMode(next === "text" ? "text" : "form")}
            data={[
              { value: "form", label: t("conditions.form") },
              { value: "text", label: t("conditions.text") },
            ]}
          />
          {action}
        </div>
        {asText ? (
          <TextMode value={value} onChange={onChange} error={isText ? read.error : null} />
        ) : unreadable ? (
          <p className={classes.dim} role="status">
            {t("state.loading")}
          </p>
        ) : (
          <GroupView
            group={rootOf(shown)}
            path="where"
            depth={1}
            onChange={(group) => onChange(fromGroup(group))}
          />
        )}
        <Total count={count} />
      </div>
    </FindingsContext>
  );
}

type Counted = ReturnType<typeof useCount>;

function useFindingsOf(count: Counted, answers: ReadonlyMap<string, ExplainedRow>): Findings {
  const { data, error } = count;
  return useMemo(() => {
    const counts = new Map<string, RowNumber>(
      (error ? [] : (data?.rows ?? [])).map((row) => [row.path, row]),
    );
    const path = error instanceof ApiError ? error.field : null;
    const problem = error && path ? { path, message: error.message } : null;
    return { counts, answers, problem };
  }, [data, error, answers]);
}
