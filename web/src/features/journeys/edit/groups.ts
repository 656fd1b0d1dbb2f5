import type { Kind } from "./model/kinds";

/** The kinds of steps as they are offered. */
export const groups = [
  { name: "messages", kinds: ["send", "notify"] },
  { name: "time", kinds: ["wait", "wait_for"] },
  { name: "ways", kinds: ["branch", "split", "go_to", "exit"] },
  {
    name: "contact",
    kinds: ["update", "add_to_list", "remove_from_list", "score", "stage", "assign"],
  },
  { name: "others", kinds: ["webhook", "track", "task", "deal", "enter", "leave"] },
] as const satisfies readonly { name: string; kinds: readonly Kind[] }[];
