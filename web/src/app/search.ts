/**
 * The filters of a page as they stand in its address: `?q=ann&segment=hot-leads&kinds=event,message`.
 * Plain text on both sides, so that addresses can be read, typed and shared.
 */
export type Search = Record<string, string>;

export function parseSearch(text: string): Search {
  const search: Search = {};
  for (const [name, value] of new URLSearchParams(text)) {
    if (value !== "") search[name] = value;
  }
  return search;
}

/** Empty and absent filters leave no trace; names are sorted, so one state has one address. */
export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const name of Object.keys(search).sort()) {
    const value = search[name];
    if (value === undefined || value === null || value === "") continue;
    params.set(name, String(value));
  }
  const text = params.toString().replaceAll("%2C", ",").replaceAll("%2F", "/");
  return text === "" ? "" : `?${text}`;
}

/** A text filter: trimmed, absent when empty, cut at the limit of the API. */
export function textFilter(value: unknown, lengthMax = 200): string | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const text = String(value).trim().slice(0, lengthMax);
  return text === "" ? undefined : text;
}

/** A choice: absent when it is none of `choices`, so that an old address still opens. */
export function choiceFilter<T extends string>(
  value: unknown,
  choices: readonly T[],
): T | undefined {
  return choices.find((choice) => choice === value);
}

/** Several choices, comma-separated, in the order of `choices`; all or none of them is absent. */
export function choicesFilter<T extends string>(
  value: unknown,
  choices: readonly T[],
): string | undefined {
  const wanted = readChoices(value, choices);
  return wanted.length === 0 || wanted.length === choices.length ? undefined : wanted.join(",");
}

export function readChoices<T extends string>(value: unknown, choices: readonly T[]): T[] {
  if (typeof value !== "string") return [];
  const parts = new Set(value.split(","));
  return choices.filter((choice) => parts.has(choice));
}

/** Adds the choice, or takes it away when it is there. */
export function toggleChoice<T extends string>(
  value: string | undefined,
  choice: T,
  choices: readonly T[],
): string | undefined {
  const now = new Set<T>(readChoices(value, choices));
  if (!now.delete(choice)) now.add(choice);
  return choicesFilter([...now].join(","), choices);
}
