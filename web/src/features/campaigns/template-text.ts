import { queryOptions } from "@tanstack/react-query";
import { fetchDefinition } from "@/drafts/definition-draft";

/** The text of a template; none is chosen where the key is empty. */
export function templateTextQuery(key: string) {
  return queryOptions({
    queryKey: ["definitions", "template", key],
    queryFn: async () => (await fetchDefinition("template", key)).text,
    enabled: key !== "",
  });
}
