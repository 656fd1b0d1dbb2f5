import { useTranslation } from "react-i18next";
import { useNumber } from "@/components/number";
import classes from "./home.module.css";

const width = 600;
const height = 88;
const gap = 2;

/** Events of the last 60 minutes, a bar a minute. */
export function MinuteBars({ counts }: { counts: number[] }) {
  const { t } = useTranslation();
  const number = useNumber();
  const most = Math.max(1, ...counts);
  const step = width / Math.max(1, counts.length);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return (
    <>
      <svg
        className={classes.spark}
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t("home.activityLabel", { number: number(total), most: number(most) })}
      >
        {counts.map((count, index) => {
          const bar = count === 0 ? 1 : Math.max(3, (count / most) * height);
          return (
            <rect
              key={index}
              x={index * step}
              y={height - bar}
              width={step - gap}
              height={bar}
              rx={1.5}
            />
          );
        })}
      </svg>
      <div className={classes.axis}>
        <span>{t("home.hourAgo")}</span>
        <span>{t("home.most", { number: number(most) })}</span>
        <span>{t("home.now")}</span>
      </div>
    </>
  );
}
