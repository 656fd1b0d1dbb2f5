import { IconAlertTriangle } from "@tabler/icons-react";
import classes from "./campaigns.module.css";

/** What the server says is wrong with a part of the page. */
export function ProblemLines({ problems }: { problems: string[] }) {
  if (problems.length === 0) return null;
  return (
    <div role="alert">
      <ul className={classes.problems}>
        {problems.map((problem) => (
          <li key={problem}>
            <IconAlertTriangle size={15} aria-hidden /> {problem}
          </li>
        ))}
      </ul>
    </div>
  );
}
