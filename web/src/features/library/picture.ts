import type { Asset } from "./queries";

/** What the server takes; it looks into the file itself. */
export const pictureTypes = "image/png,image/jpeg,image/gif,image/webp";

/**
 * The narrowest size that is not below `width`, else the widest, as a path of this server: the
 * address may name a host under which the app itself does not run.
 */
export function sourceOf(asset: Pick<Asset, "sizes">, width: number): string {
  const size = asset.sizes.find((each) => each.width >= width) ?? asset.sizes.at(-1);
  return size ? new URL(size.url, "http://localhost").pathname : "";
}

const units = ["byte", "kilobyte", "megabyte"] as const;

/** `1.4 MB`, in the words of the language. */
export function sizeInWords(bytes: number, language: string): string {
  let amount = bytes;
  let unit = 0;
  while (amount >= 1000 && unit < units.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: units[unit],
    unitDisplay: "short",
    maximumFractionDigits: amount < 10 && unit > 0 ? 1 : 0,
  }).format(amount);
}

/** What is typed as words for the picture: `null` where nobody has decided. */
export function altOf(saysNothing: boolean, text: string): string | null {
  if (saysNothing) return "";
  return text.trim() === "" ? null : text.trim();
}
