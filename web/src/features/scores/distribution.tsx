import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useNumber } from "@/components/number";
import { Failure, RowsSkeleton } from "@/components/states";
import { type Band, bandQuestion, bandsFor } from "./bands";
import { bandsQuery, type Score } from "./queries";
import classes from "./scores.module.css";

/** How many contacts stand where; each bar opens them. */
export function Distribution({ score }: { score: Score }) {
  const { t } = useTranslation();
  const number = useNumber();
  const bands = bandsFor(score.thresholds.map((each) => each.value));
  const { data: counts, error, refetch } = useQuery(bandsQuery(score.key, bands));
  if (error && !counts) return <Failure error={error} retry={() => void refetch()} />;
  if (!counts) return <RowsSkeleton rows={6} />;
  const most = Math.max(1, ...counts);
  const nameOf = ({ from, below }: Band) =>
    from === undefined
      ? t("scorePages.below", { below: number(below ?? 0) })
      : below === undefined
        ? t("scorePages.from", { from: number(from) })
        : t("scorePages.band", { from: number(from), below: number(below) });
  return (
    <ul className={classes.bars}>
      {bands.map((band, index) => {
        const count = counts[index] ?? 0;
        return (
          <li key={index}>
            <span className={`${classes.band} num`}>{nameOf(band)}</span>
            <span className={classes.track} aria-hidden>
              <span className={classes.bar} style={{ width: `${(count / most) * 100}%` }} />
            </span>
            <Link
              to="/contacts"
              search={{ where: JSON.stringify(bandQuestion(score.key, band)) }}
              className={`${classes.number} num`}
              aria-label={t("scorePages.open", { band: nameOf(band), number: number(count) })}
            >
              {number(count)}
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
