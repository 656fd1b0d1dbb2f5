import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./definitions.module.css";
import type { DefinitionProblem } from "./queries";

interface Props {
  problems: DefinitionProblem[];
  /** Shows a line of the text. */
  go: (line: number) => void;
}

/** What is wrong, line by line; each leads to its place. */
export function Problems({ problems, go }: Props) {
  const { t } = useTranslation();
  if (problems.length === 0) return null;
  return (
    <ul className={classes.problems} aria-label={t("definitions.problems")}>
      {problems.map((problem, index) => (
        <li key={index}>
          <IconAlertTriangle size={15} aria-hidden />
          <span>
            {problem.line > 0 && (
              <button type="button" onClick={() => go(problem.line)}>
                {t("definitions.line", { line: problem.line })}
              </button>
            )}{" "}
            {problem.message} <code>{problem.code}</code>
          </span>
        </li>
      ))}
    </ul>
  );
}
