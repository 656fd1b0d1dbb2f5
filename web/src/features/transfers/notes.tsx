import { IconAlertTriangle, IconInfoCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Preview } from "./queries";
import classes from "./transfers.module.css";

/** What a person should decide, and which of the first rows cannot be read. */
export function Notes({ preview }: { preview: Preview }) {
  const { t } = useTranslation();
  if (preview.notes.length === 0 && preview.problems.length === 0) return null;
  return (
    <ul className={classes.notes}>
      {preview.notes.map((note) => (
        <li key={`${note.column} ${note.code}`}>
          <IconInfoCircle size={15} aria-hidden />
          <span>
            {note.column && <strong>{note.column}: </strong>}
            {note.message}
          </span>
        </li>
      ))}
      {preview.problems.map((problem, index) => (
        <li key={index} data-bad="true">
          <IconAlertTriangle size={15} aria-hidden />
          <span>
            {t("transfers.inRow", { row: problem.row })} {problem.column && `${problem.column}: `}
            {problem.message}
          </span>
        </li>
      ))}
    </ul>
  );
}
