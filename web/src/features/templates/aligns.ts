/** Where a block or a column of a table stands; what reads from right to left turns them round. */
export const aligns = ["start", "center", "end"] as const;
