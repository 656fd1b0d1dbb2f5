export interface TimeStyle {
  locale: string;
  /** IANA zone in which days and hours are shown. */
  zone: string;
}

const steps: { unit: Intl.RelativeTimeFormatUnit; seconds: number; until: number }[] = [
  { unit: "second", seconds: 1, until: 60 },
  { unit: "minute", seconds: 60, until: 3600 },
  { unit: "hour", seconds: 3600, until: 86_400 },
  { unit: "day", seconds: 86_400, until: 7 * 86_400 },
];

/** "just now", "3 min. ago", "in 2 days"; from a week on the date. */
export function relativeTime(at: string, now: number, style: TimeStyle): string {
  const seconds = (Date.parse(at) - now) / 1000;
  if (Number.isNaN(seconds)) return "";
  const distance = Math.abs(seconds);
  const format = new Intl.RelativeTimeFormat(style.locale, { numeric: "auto", style: "short" });
  if (distance < 5) return format.format(0, "second");
  const step = steps.find((candidate) => distance < candidate.until);
  if (!step) return shortDate(at, now, style);
  const count = Math.trunc(distance / step.seconds);
  return format.format(seconds < 0 ? -count : count, step.unit);
}

/** The day, with the year only when it is another than now. */
export function shortDate(at: string, now: number, { locale, zone }: TimeStyle): string {
  const sameYear = yearIn(at, zone, locale) === yearIn(new Date(now).toISOString(), zone, locale);
  return new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    day: "numeric",
    month: "short",
    ...(sameYear ? {} : { year: "numeric" }),
  }).format(Date.parse(at));
}

/** Everything: weekday, date, seconds and the name of the zone. Shown on hover. */
export function fullTime(at: string, { locale, zone }: TimeStyle): string {
  return new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  }).format(Date.parse(at));
}

/** Hours and minutes, and seconds where many things happen within a minute. */
export function timeOfDay(at: string, { locale, zone }: TimeStyle, seconds = false): string {
  return new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    ...(seconds ? { second: "2-digit" } : {}),
    hourCycle: "h23",
  }).format(Date.parse(at));
}

/** "Today", "Yesterday", or the day: the heading over the entries of one day. */
export function dayHeading(at: string, now: number, style: TimeStyle): string {
  const days = dayNumber(at, style) - dayNumber(new Date(now).toISOString(), style);
  if (days === 0 || days === -1 || days === 1) {
    const word = new Intl.RelativeTimeFormat(style.locale, { numeric: "auto" }).format(days, "day");
    return word.charAt(0).toLocaleUpperCase(style.locale) + word.slice(1);
  }
  const weekday = new Intl.DateTimeFormat(style.locale, { timeZone: style.zone, weekday: "short" });
  return `${weekday.format(Date.parse(at))}, ${shortDate(at, now, style)}`;
}

function yearIn(at: string, zone: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { timeZone: zone, year: "numeric" }).format(
    Date.parse(at),
  );
}

/** Days since 1970 as the zone counts them. */
function dayNumber(at: string, { zone }: TimeStyle): number {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(Date.parse(at));
  return Math.round(Date.parse(`${parts}T00:00:00Z`) / 86_400_000);
}
