import type { Node } from "./document";

/** A row of a table; one that is none is empty. */
export const cellsOf = (row: unknown): readonly unknown[] =>
  Array.isArray(row) ? (row as unknown[]) : [];

export const emptyRow = (columns: number): string[] => Array.from({ length: columns }, () => "");

const rowsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** As many as the longest row of the table has, at least one. */
export function columnCountOf(table: Node): number {
  const all = [table.header, ...rowsOf(table.rows), ...rowsOf(table.footer)];
  return Math.max(1, ...all.map((row) => cellsOf(row).length));
}

/** The members of a table with so many columns; the cells of those that go are lost. */
export function widthen(table: Node, columns: number): Node {
  const fit = (row: unknown) =>
    Array.from({ length: columns }, (_, index) => cellsOf(row)[index] ?? "");
  const aligns = Array.isArray(table.aligns) ? table.aligns.slice(0, columns) : undefined;
  return {
    rows: rowsOf(table.rows).map(fit),
    header: table.header === undefined ? undefined : fit(table.header),
    footer: table.footer === undefined ? undefined : rowsOf(table.footer).map(fit),
    aligns,
  };
}
