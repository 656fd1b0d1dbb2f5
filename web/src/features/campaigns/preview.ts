import { parseDocument } from "yaml";
import type { Schemas } from "@/api/client";

/** What to render for a template with another subject; null without a template. */
export function previewRequest(
  templateText: string | undefined,
  template: string,
  subject: string,
): Schemas["RenderRequest"] | null {
  if (template === "") return null;
  if (subject === "" || templateText === undefined) return { template };
  const definition = parseDocument(templateText);
  definition.setIn(definition.has("document") ? ["document", "subject"] : ["subject"], subject);
  return { definition: definition.toString({ lineWidth: 0 }) };
}
