import { queryOptions } from "@tanstack/react-query";
import { definitionsQuery } from "./definitions";

export interface Topic {
  key: string;
  name: string;
}

/** What contacts can want mails about; empty where the workspace defines none. */
export const topicsQuery = queryOptions({
  ...definitionsQuery(false),
  select: (all): Topic[] =>
    all
      .filter((definition) => definition.kind === "topic" && !definition.archived)
      .map(({ key, text }) => ({ key, name: nameOf(text) ?? key })),
});

/** The member `name` at the beginning of a line, which a topic has once. */
function nameOf(text: string): string | undefined {
  const value = /^name:[ \t]*(.+?)[ \t]*$/m.exec(text)?.[1];
  return value?.replace(/^(["'])(.*)\1$/, "$2");
}
