import { useQuery } from "@tanstack/react-query";
import { definitionsQuery } from "@/api/definitions";

export interface Choice {
  value: string;
  label: string;
}

export type ChoiceKind = "template" | "topic" | "list" | "segment" | "score" | "journey";

/** The member `name` at the beginning of a line, which a definition has once. */
function nameIn(text: string): string | undefined {
  const value = /^name:[ \t]*(.+?)[ \t]*$/m.exec(text)?.[1];
  return value?.replace(/^(["'])(.*)\1$/, "$2");
}

/** What is defined of a kind, by name; `chosen` is among them whatever it is. */
export function useChoices(kind: ChoiceKind, chosen = ""): Choice[] {
  const { data } = useQuery(definitionsQuery(false));
  const known = (data ?? [])
    .filter((definition) => definition.kind === kind && !definition.archived)
    .map(({ key, text }) => ({ value: key, label: nameIn(text) ?? key }));
  const isKnown = chosen === "" || known.some((each) => each.value === chosen);
  return isKnown ? known : [...known, { value: chosen, label: chosen }];
}
