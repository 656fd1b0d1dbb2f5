import { queryOptions } from "@tanstack/react-query";
import { api, ApiError, type Schemas, unwrap } from "@/api/client";
import { unpublishedRev } from "@/drafts/definition-draft";

export type Definition = Schemas["Definition"];
export type Plan = Schemas["Plan"];
export type Problem = Schemas["DefinitionProblem"];
export type InsideChoice = Schemas["InsideChoice"];
export type Simulation = Schemas["Simulation"];
export type Happening = Simulation["happenings"][number];
export type RehearsedMail = Simulation["mails"][number];

export const kind = "journey";

export const fileOf = (key: string) => `journeys/${key}.yaml`;

/** A definition that is written here and that the server does not have. */
export function unpublished(key: string): Definition {
  return {
    kind,
    key,
    path: fileOf(key),
    version: 0,
    rev: unpublishedRev,
    changedAt: new Date(0).toISOString(),
    changedBy: null,
    archived: false,
    text: "",
    setAside: [],
  };
}

/** Null where the server has none of this key. */
export function journeyDefinitionQuery(key: string) {
  return queryOptions({
    queryKey: ["definitions", kind, key],
    queryFn: async (): Promise<Definition | null> => {
      try {
        const params = { path: { kind, key } };
        return await unwrap(api.GET("/definitions/{kind}/{key}", { params }));
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }
    },
  });
}

/** What publishing the text would change, and what is wrong with it. */
export function planQuery(key: string, text: string, inside?: InsideChoice) {
  return queryOptions({
    queryKey: ["plan", key, text, inside ?? null],
    queryFn: ({ signal }) =>
      unwrap(
        api.POST("/definitions/plan", {
          body: {
            files: [{ path: fileOf(key), text }],
            whole: false,
            prune: false,
            yes: false,
            ...(inside ? { inside: { [key]: inside } } : {}),
          },
          signal,
        }),
      ),
    staleTime: 60_000,
    retry: false,
  });
}

interface Publication {
  key: string;
  rev: string;
  text: string;
  inside?: InsideChoice;
  reach?: number;
}

/** Publishes over the revision that was seen; there is none of a new one. Its revision then. */
export async function publishJourney(publication: Publication): Promise<string> {
  const { key, rev, text, inside, reach } = publication;
  const header = rev === unpublishedRev ? { "If-None-Match": "*" } : { "If-Match": `"${rev}"` };
  const plan = await unwrap(
    api.PUT("/definitions/{kind}/{key}", {
      params: { path: { kind, key }, header },
      body: {
        text,
        yes: true,
        ...(inside ? { inside: { [key]: inside } } : {}),
        ...(reach === undefined ? {} : { confirm: { reach } }),
      },
    }),
  );
  return plan.changes.find((each) => each.kind === kind && each.key === key)?.rev ?? rev;
}

export interface SimulationRequest {
  contact: string;
  /** A local time as an input has it; empty is now. */
  at: string;
  answers: "nothing" | "open" | "click";
  data: Record<string, unknown>;
  events: { after: string; name: string }[];
}

export function simulate(
  key: string,
  text: string,
  request: SimulationRequest,
): Promise<Simulation> {
  const { at, events, ...rest } = request;
  return unwrap(
    api.POST("/journeys/{key}/simulate", {
      params: { path: { key } },
      body: {
        ...rest,
        files: [{ path: fileOf(key), text }],
        events: events.filter((event) => event.name !== ""),
        ...(at === "" ? {} : { at: new Date(at).toISOString() }),
      },
    }),
  );
}
