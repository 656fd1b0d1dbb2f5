import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { stringify } from "yaml";
import { api, ApiError, unwrap } from "@/api/client";
import { journeysQuery } from "@/api/queries";
import { keepNew, keptKeys } from "@/drafts/definition-draft";
import { keyFor, type Recipe, withKey } from "./recipes";

/** Begins a draft, of a recipe or of nothing, and opens it. Nobody enters before it is started. */
export function useBegin() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const open = async (make: (taken: ReadonlySet<string>) => { key: string; text: string }) => {
    const journeys = await client.fetchQuery({ ...journeysQuery, staleTime: 0 });
    const taken = new Set([
      ...journeys.items.map((each) => each.key),
      ...keptKeys("journey"),
      // The address of the gallery itself.
      "new",
    ]);
    const { key, text } = make(taken);
    keepNew("journey", key, text);
    await navigate({ to: "/journeys/$key/edit", params: { key } });
  };
  const fromRecipe = useMutation({
    mutationFn: async (recipe: Recipe) => {
      await addParts(recipe);
      void client.invalidateQueries();
      await open((taken) => {
        const key = keyFor(recipe.key, taken);
        return { key, text: withKey(recipe.journey.text, key) };
      });
    },
  });
  const blank = useMutation({
    mutationFn: (name: string) =>
      open((taken) => {
        const key = keyFor(name, taken);
        const journey = { kind: "journey", key, name, trigger: { event: "" }, steps: [] };
        return { key, text: stringify(journey, { lineWidth: 0 }) };
      }),
  });
  return { fromRecipe, blank };
}

/** Publishes what the recipe needs and the workspace lacks; what there is under the same key stays. */
async function addParts(recipe: Recipe): Promise<void> {
  const lacking: Recipe["parts"] = [];
  for (const part of recipe.parts) {
    if (!(await isThere(part.text))) lacking.push(part);
  }
  if (lacking.length === 0) return;
  await unwrap(
    api.POST("/definitions/apply", {
      body: {
        files: lacking.map(({ path, text }) => ({ path, text })),
        whole: false,
        prune: false,
        yes: false,
      },
    }),
  );
}

async function isThere(text: string): Promise<boolean> {
  const kind = /^kind: *(\S+)/m.exec(text)?.[1] ?? "";
  const key = /^key: *(\S+)/m.exec(text)?.[1] ?? "";
  try {
    const found = await unwrap(
      api.GET("/definitions/{kind}/{key}", { params: { path: { kind, key } } }),
    );
    return !found.archived;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}
