import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { useNumber } from "@/components/number";
import { useTimeStyle } from "@/components/time/time";
import classes from "./segment.module.css";

type Day = Schemas["SegmentHistory"]["items"][number];

const width = 360;
const height = 90;
const margin = 4;

/** How a segment has grown, day by day: a line, and the same as a table for who asks for it. */
export function SizeChart({ days }: { days: Day[] }) {
  const { t } = useTranslation();
  const number = useNumber();
  const { locale } = useTimeStyle();
  const dayName = (day: string) =>
    new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" }).format(
      new Date(`${day}T00:00:00Z`),
    );
  const first = days[0];
  const last = days[days.length - 1];
  if (!first || !last || days.length < 2) {
    return <p className={classes.dim}>{t("segments.noHistory")}</p>;
  }
  const highest = Math.max(1, ...days.map((day) => day.size));
  const points = days.map((day, index) => {
    const x = margin + (index / (days.length - 1)) * (width - 2 * margin);
    const y = height - margin - (day.size / highest) * (height - 2 * margin);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  const floor = height - margin;
  return (
    <figure className={classes.chart}>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={t("segments.grew", {
          from: number(first.size),
          to: number(last.size),
          since: dayName(first.day),
        })}
        preserveAspectRatio="none"
      >
        <polygon
          className={classes.area}
          points={`${margin},${floor} ${points.join(" ")} ${width - margin},${floor}`}
        />
        <polyline className={classes.line} points={points.join(" ")} />
      </svg>
      <figcaption className={classes.axis}>
        <span>{dayName(first.day)}</span>
        <span className="num">{t("segments.highest", { number: number(highest) })}</span>
        <span>{dayName(last.day)}</span>
      </figcaption>
      <details>
        <summary>{t("segments.asTable")}</summary>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t("segments.day")}</th>
              <th scope="col">{t("segments.entered")}</th>
              <th scope="col">{t("segments.left")}</th>
              <th scope="col">{t("segments.sizeThen")}</th>
            </tr>
          </thead>
          <tbody className="num">
            {[...days].reverse().map((day) => (
              <tr key={day.day}>
                <th scope="row">{dayName(day.day)}</th>
                <td>{number(day.entered)}</td>
                <td>{number(day.left)}</td>
                <td>{number(day.size)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
