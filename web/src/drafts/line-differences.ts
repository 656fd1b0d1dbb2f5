export interface DifferentLine {
  side: "both" | "theirs" | "mine";
  text: string;
}

/** Beyond it texts are shown whole, one after the other: comparing takes the product of both. */
const linesMax = 1500;
/** Equal lines that stay around what differs. */
const around = 2;

/** What differs between two texts, line by line, by their longest common part. */
export function lineDifferences(theirs: string, mine: string): DifferentLine[] {
  const a = theirs.split("\n");
  const b = mine.split("\n");
  if (a.length > linesMax || b.length > linesMax) {
    return [
      ...a.map((text) => ({ side: "theirs" as const, text })),
      ...b.map((text) => ({ side: "mine" as const, text })),
    ];
  }
  return near(merge(a, b, commonLengths(a, b)));
}

/** The length of the longest common part of what follows `a[i]` and `b[j]`. */
function commonLengths(a: string[], b: string[]): Uint16Array[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; --i) {
    const row = lengths[i]!;
    const below = lengths[i + 1]!;
    for (let j = b.length - 1; j >= 0; --j) {
      row[j] = a[i] === b[j] ? below[j + 1]! + 1 : Math.max(below[j]!, row[j + 1]!);
    }
  }
  return lengths;
}

function merge(a: string[], b: string[], lengths: Uint16Array[]): DifferentLine[] {
  const lines: DifferentLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ side: "both", text: a[i]! });
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && lengths[i + 1]![j]! >= lengths[i]![j + 1]!)) {
      lines.push({ side: "theirs", text: a[i]! });
      i += 1;
    } else {
      lines.push({ side: "mine", text: b[j]! });
      j += 1;
    }
  }
  return lines;
}

function near(lines: DifferentLine[]): DifferentLine[] {
  const differs = lines.map((line) => line.side !== "both");
  const kept = lines.map((_, index) =>
    differs.slice(Math.max(0, index - around), index + around + 1).some(Boolean),
  );
  return lines.flatMap((line, index): DifferentLine[] => {
    if (kept[index]) return [line];
    return index > 0 && kept[index - 1] ? [{ side: "both", text: "…" }] : [];
  });
}
