import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import { problemsOf } from "@/drafts/definition-draft";
import classes from "./composer.module.css";
import { pathInMessage } from "./document";

interface Props {
  error: Error | null;
  /** Leads to the block that a message names. */
  go?: (message: string) => void;
}

/** Why the server did not publish it; each leads to its block. */
export function Refused({ error, go }: Props) {
  const { t } = useTranslation();
  if (error === null || (error instanceof ApiError && error.status === 0)) return null;
  const problems = problemsOf(error).map((problem) => problem.message);
  const messages = problems.length > 0 ? problems : [error.message];
  return (
    <div className={classes.refused} role="alert">
      <strong>{t("templates.refused")}</strong>
      <ul>
        {messages.map((message) => (
          <li key={message}>
            <IconAlertTriangle size={14} aria-hidden />
            {go && pathInMessage(message) ? (
              <button type="button" onClick={() => go(message)}>
                {message}
              </button>
            ) : (
              <span>{message}</span>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
