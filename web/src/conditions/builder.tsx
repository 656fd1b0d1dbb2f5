import { SegmentedControl } from "@mantine/core";
import { type ReactNode, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import classes from "./conditions.module.css";
import { type Findings, FindingsContext, type RowNumber, unfinishedIn } from "./findings";
import { GroupView } from "./group-view";
import { type Condition, fromGroup, rooted, rootOf } from "./model";
import { type ExplainedRow, useCount, useForm } from "./queries";
import { TextMode } from "./text-mode";
import { Total } from "./total";

type Counted = ReturnType<typeof useCount>;

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
  /** Of whoever counts it already: useCount() of useForm(). */
  count?: Counted;
}

const noAnswers: ReadonlyMap<string, ExplainedRow> = new Map();

/**
 * A condition as sentences, each with how many contacts it holds for; or as text. Both show the same: what
 * the form does not know is a row of text in it.
 */
export function ConditionBuilder({
  value,
  onChange,
  subject,
  answers,
  action,
  count: given,
}: Props) {
  const { t } = useTranslation();
  const [mode, setMode] = useState<"form" | "text">("form");
  const form = useForm(value);
  const own = useCount(form.unread ? value : form.condition, 0, given === undefined);
  const count = given ?? own;
  const findings = useFindingsOf(form.condition, count, answers ?? noAnswers);
  const asText = mode === "text" || form.error !== null;
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
          <TextMode value={value} onChange={onChange} error={form.error} />
        ) : form.unread ? (
          <p className={classes.dim} role="status">
            {t("state.loading")}
          </p>
        ) : (
          <GroupView
            group={rootOf(form.condition)}
            path="where"
            depth={1}
            onChange={(group) => onChange(fromGroup(group))}
          />
        )}
        <Total count={count} unfinished={unfinishedIn(rooted(form.condition)) !== null} />
      </div>
    </FindingsContext>
  );
}

function useFindingsOf(
  condition: Condition | null,
  count: Counted,
  answers: ReadonlyMap<string, ExplainedRow>,
): Findings {
  const { t } = useTranslation();
  const { data, error } = count;
  return useMemo(() => {
    const counts = new Map<string, RowNumber>(
      (error ? [] : (data?.rows ?? [])).map((row) => [row.path, row]),
    );
    const unfinished = unfinishedIn(rooted(condition));
    if (unfinished !== null) {
      return {
        counts,
        answers,
        problem: { path: unfinished, message: t("conditions.unfinished") },
      };
    }
    const path = error instanceof ApiError ? error.field : null;
    const problem = error && path ? { path, message: messageOf(error, path) } : null;
    return { counts, answers, problem };
  }, [condition, data, error, answers, t]);
}

/** Without the place, which is shown by where it stands. */
function messageOf(error: Error, path: string): string {
  const { message } = error;
  return message.startsWith(path) ? message.slice(path.length).replace(/^:? /, "") : message;
}
