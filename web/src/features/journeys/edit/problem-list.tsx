import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./editor.module.css";
import type { Located } from "./problems";

interface Props {
  located: readonly Located[];
  /** The text has been checked as it is now. */
  checked: boolean;
  go: (step: string | null, line: number) => void;
}

/** What is wrong, as the server says it; each leads to its step. */
export function ProblemList({ located, checked, go }: Props) {
  const { t } = useTranslation();
  if (located.length === 0) {
    return (
      <p className={classes.inOrder} role="status">
        {checked && (
          <>
            <IconCircleCheck size={14} aria-hidden /> {t("editor.inOrder")}
          </>
        )}
      </p>
    );
  }
  return (
    <section className={classes.problems} aria-label={t("editor.problems")}>
      <h2>{t("editor.problemCount", { count: located.length })}</h2>
      <ul>
        {located.map(({ problem, step }, index) => (
          <li key={index}>
            <IconAlertTriangle size={14} aria-hidden />
            <button type="button" onClick={() => go(step, problem.line)}>
              {problem.message}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
