/** Addresses as people paste them: by lines, commas, semicolons or blanks, each once. */
export function readAddresses(text: string): string[] {
  const found = text
    .split(/[\s,;]+/)
    .map((each) => each.replace(/^<|>$/g, ""))
    .filter((each) => each !== "");
  return [...new Set(found)];
}
