const two = (number: number) => String(number).padStart(2, "0");

/** What the reader's clock shows at an instant: `2026-03-10T09:00`; empty where it is none. */
export function localOf(instant: string): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return "";
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The instant at which the reader's clock shows it: `2026-03-10T08:00:00Z`. */
export function instantOf(local: string): string {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? "" : at.toISOString().replace(".000Z", "Z");
}

/** Nine o'clock tomorrow, which is what most people change least. */
export function soon(now = new Date()): string {
  const at = new Date(now);
  at.setDate(at.getDate() + 1);
  at.setHours(9, 0, 0, 0);
  return localOf(at.toISOString());
}
