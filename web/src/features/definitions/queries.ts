import { queryOptions } from "@tanstack/react-query";
import { api, ApiError, type Schemas, unwrap } from "@/api/client";

export type Definition = Schemas["Definition"];
export type DefinitionKind = Definition["kind"];
export type DefinitionProblem = Schemas["DefinitionProblem"];
export type DefinitionChange = Schemas["DefinitionChange"];
export type Plan = Schemas["Plan"];
export type Reach = Schemas["Reach"];

export function definitionQuery(kind: string, key: string) {
  return queryOptions({
    queryKey: ["definitions", kind, key],
    queryFn: () =>
      unwrap(api.GET("/definitions/{kind}/{key}", { params: { path: { kind, key } } })),
  });
}

export function versionsQuery(kind: string, key: string) {
  return queryOptions({
    queryKey: ["definitions", kind, key, "versions"],
    queryFn: () =>
      unwrap(
        api.GET("/definitions/{kind}/{key}/versions", {
          params: { path: { kind, key }, query: { limit: 20 } },
        }),
      ),
  });
}

/** What publishing the text would change; problems are part of the answer. */
export function planText(definition: Definition, text: string): Promise<Plan> {
  return unwrap(
    api.POST("/definitions/plan", {
      body: { files: [{ path: definition.path, text }], whole: false, prune: false, yes: false },
    }),
  );
}

/** What the server asked before, and the answer to it. */
export interface Answers {
  yes?: boolean;
  reach?: number;
}

export function publishText(definition: Definition, text: string, answers: Answers): Promise<Plan> {
  const { kind, key, rev } = definition;
  return unwrap(
    api.PUT("/definitions/{kind}/{key}", {
      params: { path: { kind, key }, header: { "If-Match": `"${rev}"` } },
      body: {
        text,
        yes: answers.yes ?? false,
        ...(answers.reach === undefined ? {} : { confirm: { reach: answers.reach } }),
      },
    }),
  );
}

/** The members that a refused publication has besides those of every problem. */
export function refusalOf(error: unknown): Partial<Plan> {
  if (!(error instanceof ApiError)) return {};
  return typeof error.body === "object" && error.body !== null ? (error.body as Partial<Plan>) : {};
}
