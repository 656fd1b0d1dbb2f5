import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";
import { api, ApiError, type Schemas, unwrap } from "@/api/client";
import { DraftKeeper, type Version } from "./draft-keeper";

type Definition = Schemas["Definition"];
type DraftBase = Pick<Definition, "kind" | "key" | "rev" | "text">;
export type DefinitionProblem = Schemas["DefinitionProblem"];

export function fetchDefinition(kind: string, key: string): Promise<Definition> {
  return unwrap(api.GET("/definitions/{kind}/{key}", { params: { path: { kind, key } } }));
}

/** Makes a definition where there is none. */
export function createDefinition(kind: string, key: string, text: string) {
  return unwrap(
    api.PUT("/definitions/{kind}/{key}", {
      params: { path: { kind, key }, header: { "If-None-Match": "*" } },
      body: { text, yes: false },
    }),
  );
}

/** Why the server does not take a text. */
export function problemsOf(error: Error | null): DefinitionProblem[] {
  if (!(error instanceof ApiError) || error.code !== "definitions_invalid") return [];
  const body = error.body as { problems?: DefinitionProblem[] };
  return body.problems ?? [];
}

function readKept(name: string): Version | null {
  try {
    const kept = JSON.parse(localStorage.getItem(name) ?? "null") as Version | null;
    return kept && typeof kept.rev === "string" && typeof kept.text === "string" ? kept : null;
  } catch {
    return null;
  }
}

function writeKept(name: string, kept: Version | null): void {
  try {
    if (kept === null) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(kept));
  } catch {
    // Without room it is kept in memory only, and leaving the page asks.
  }
}

const keptName = (kind: string, key: string) => `sojourn-draft/${kind}/${key}`;

/** A definition that there is not yet: its revision is below every other. */
export const unpublishedRev = "0";

/** Begins a definition that is kept in this browser until somebody publishes it. */
export function keepNew(kind: string, key: string, text: string): void {
  keepDraft(kind, key, { rev: unpublishedRev, text });
}

/** Keeps a text as what was written here over a revision. */
export function keepDraft(kind: string, key: string, draft: Version): void {
  writeKept(keptName(kind, key), draft);
}

/** What was written here of a definition, and the server does not have. */
export function keptDraft(kind: string, key: string): Version | null {
  return readKept(keptName(kind, key));
}

export function forgetDraft(kind: string, key: string): void {
  writeKept(keptName(kind, key), null);
}

/** Keys of the definitions of a kind that something was written of here. */
export function keptKeys(kind: string): string[] {
  const start = keptName(kind, "");
  try {
    return Object.keys(localStorage)
      .filter((name) => name.startsWith(start))
      .map((name) => name.slice(start.length))
      .sort();
  } catch {
    return [];
  }
}

interface OpenDraft {
  keeper: DraftKeeper;
  subscribe: (listener: () => void) => () => void;
  /** Forgets what is due later. */
  stop: () => void;
}

function openDraft(definition: DraftBase, client: QueryClient, autosave: boolean): OpenDraft {
  const { kind, key } = definition;
  const name = keptName(kind, key);
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const save = async (text: string, rev: string) => {
    const plan = await unwrap(
      api.PUT("/definitions/{kind}/{key}", {
        params: { path: { kind, key }, header: { "If-Match": `"${rev}"` } },
        body: { text, yes: false },
      }),
    );
    void client.invalidateQueries({ queryKey: ["definitions"] });
    void client.invalidateQueries({ queryKey: [kind, key] });
    return plan.changes.find((each) => each.kind === kind && each.key === key)?.rev ?? rev;
  };
  const keeper = new DraftKeeper(
    definition,
    {
      save,
      load: () => fetchDefinition(kind, key),
      read: () => readKept(name),
      write: (kept) => writeKept(name, kept),
      later: (run, delay) => {
        clearTimeout(timer);
        timer = setTimeout(run, delay);
      },
      changed: () => {
        for (const listener of listeners) listener();
      },
    },
    autosave,
  );
  return {
    keeper,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => clearTimeout(timer),
  };
}

/** The text of a definition, edited here. `autosave` publishes it, which is for what nothing uses yet. */
export function useDefinitionDraft(definition: DraftBase, autosave: boolean) {
  const client = useQueryClient();
  const [{ keeper, subscribe, stop }] = useState(() => openDraft(definition, client, autosave));
  const draft = useSyncExternalStore(subscribe, () => keeper.draft);
  useEffect(() => {
    keeper.begin();
    const online = () => {
      if (keeper.draft.state === "offline") void keeper.save();
    };
    const leaving = (event: BeforeUnloadEvent) => {
      if (["saving", "offline"].includes(keeper.draft.state)) event.preventDefault();
    };
    window.addEventListener("online", online);
    window.addEventListener("beforeunload", leaving);
    return () => {
      window.removeEventListener("online", online);
      window.removeEventListener("beforeunload", leaving);
      stop();
      // Another page of the app is opened: what is written is sent without waiting.
      if (autosave && keeper.draft.state === "changed") void keeper.save();
    };
  }, [keeper, autosave, stop]);
  useEffect(() => keeper.seen(definition), [keeper, definition]);
  return { draft, keeper };
}
