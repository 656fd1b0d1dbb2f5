import { useTranslation } from "react-i18next";
import { fullTime, relativeTime, timeOfDay, type TimeStyle } from "./format";
import { useNow } from "./now";

export function useTimeStyle(): TimeStyle {
  const { i18n } = useTranslation();
  return { locale: i18n.language, zone: Intl.DateTimeFormat().resolvedOptions().timeZone };
}

interface Props {
  at: string;
  /** `relative`: 3 min. ago; `clock`: 14:05; `seconds`: 14:05:09; `full`: all of it. */
  as?: "relative" | "clock" | "seconds" | "full";
}

/** A time in the reader's zone, with the whole of it on hover. */
export function Time({ at, as = "relative" }: Props) {
  const now = useNow();
  const style = useTimeStyle();
  const full = fullTime(at, style);
  const text =
    as === "relative"
      ? relativeTime(at, now, style)
      : as === "full"
        ? full
        : timeOfDay(at, style, as === "seconds");
  return (
    <time dateTime={at} title={full} className="num" style={{ whiteSpace: "nowrap" }}>
      {text}
    </time>
  );
}
