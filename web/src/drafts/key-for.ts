const keyLengthMax = 60;

/** A key for a name: what the server allows in one, and none of `taken`. */
export function keyFor(name: string, taken: ReadonlySet<string>, otherwise: string): string {
  const plainName = name
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, keyLengthMax)
    .replace(/-+$/, "");
  const key = plainName || otherwise;
  if (!taken.has(key)) return key;
  for (let number = 2; ; ++number) {
    if (!taken.has(`${key}-${number}`)) return `${key}-${number}`;
  }
}
