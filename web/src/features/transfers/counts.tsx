import { useNumber } from "@/components/number";
import { useCountName } from "./job-words";
import classes from "./transfers.module.css";

/** How many units had which outcome. */
export function Counts({ counts }: { counts: Record<string, number> }) {
  const number = useNumber();
  const name = useCountName();
  const entries = Object.entries(counts);
  if (entries.length === 0) return null;
  return (
    <dl className={classes.counts}>
      {entries.map(([key, value]) => (
        <div key={key} data-bad={key === "bad" && value > 0}>
          <dd className="num">{number(value)}</dd>
          <dt>{name(key)}</dt>
        </div>
      ))}
    </dl>
  );
}
