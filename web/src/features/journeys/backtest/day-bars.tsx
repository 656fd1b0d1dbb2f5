import { useTranslation } from "react-i18next";
import { useNumber } from "@/components/number";
import { shortDate } from "@/components/time/format";
import { useNow } from "@/components/time/now";
import { useTimeStyle } from "@/components/time/time";
import classes from "./backtest.module.css";
import type { Backtest } from "./queries";
import { daysOf } from "./request";

const width = 720;
const height = 96;

/** Entries of each day as bars, and a table of the days for who reads or copies numbers. */
export function DayBars({ report }: { report: Backtest }) {
  const { t } = useTranslation();
  const number = useNumber();
  const now = useNow();
  const style = { ...useTimeStyle(), zone: "UTC" };
  const days = daysOf(report);
  const most = Math.max(1, ...days.map((day) => day.entered));
  const busiest = days.find((day) => day.entered === most);
  const step = width / Math.max(1, days.length);
  const date = (day: string) => shortDate(`${day}T12:00:00Z`, now, style);
  return (
    <>
      <svg
        className={classes.bars}
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={
          busiest
            ? t("backtest.busiest", { day: date(busiest.day), number: number(busiest.entered) })
            : t("backtest.noDays")
        }
      >
        {days.map((day, index) => {
          const bar = day.entered === 0 ? 1 : Math.max(3, (day.entered / most) * height);
          return (
            <rect
              key={day.day}
              x={index * step}
              y={height - bar}
              width={Math.max(0.5, step * 0.8)}
              height={bar}
              rx={1}
            >
              <title>{`${date(day.day)}: ${number(day.entered)}`}</title>
            </rect>
          );
        })}
      </svg>
      <div className={classes.axis}>
        <span>{date(days[0]?.day ?? report.since.slice(0, 10))}</span>
        <span>
          {busiest
            ? t("backtest.busiest", { day: date(busiest.day), number: number(busiest.entered) })
            : t("backtest.noDays")}
        </span>
        <span>{date(report.until.slice(0, 10))}</span>
      </div>
      {report.days.length > 0 && (
        <details className={classes.table}>
          <summary>{t("backtest.asTable")}</summary>
          <table>
            <thead>
              <tr>
                <th scope="col">{t("backtest.day")}</th>
                <th scope="col">{t("backtest.entered")}</th>
                <th scope="col">{t("backtest.sent")}</th>
              </tr>
            </thead>
            <tbody className="num">
              {report.days.map((day) => (
                <tr key={day.day}>
                  <th scope="row">{date(day.day)}</th>
                  <td>{number(day.entered)}</td>
                  <td>{number(day.sent)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </>
  );
}
