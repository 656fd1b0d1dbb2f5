import type { Definition, DefinitionProblem } from "./queries";

/** Where a line begins and ends in a text; lines count from 1. The last one where there are fewer. */
export function lineRange(text: string, line: number): [number, number] {
  const lines = text.split("\n");
  const index = Math.min(Math.max(1, line), lines.length) - 1;
  const start = lines.slice(0, index).reduce((sum, each) => sum + each.length + 1, 0);
  return [start, start + (lines[index]?.length ?? 0)];
}

/** The lines that problems name; 0 is the whole file and no line. */
export function linesOf(problems: DefinitionProblem[]): Set<number> {
  return new Set(problems.map((problem) => problem.line).filter((line) => line > 0));
}

export function lineCount(text: string): number {
  return text.split("\n").length;
}

/** Whether a definition is looked for: by its key, its file and its text. */
export function fits(definition: Definition, q: string | undefined): boolean {
  if (q === undefined) return true;
  const wanted = q.toLowerCase();
  return [definition.key, definition.path, definition.text].some((part) =>
    part.toLowerCase().includes(wanted),
  );
}
