import { api, unwrap } from "@/api/client";
import { keepDraft } from "@/drafts/definition-draft";

/** Puts the text of an earlier version into the draft: nothing is published. */
export async function restoreText(key: string, version: number): Promise<void> {
  const path = { kind: "journey", key };
  const [earlier, now] = await Promise.all([
    unwrap(api.GET("/definitions/{kind}/{key}", { params: { path, query: { version } } })),
    unwrap(api.GET("/definitions/{kind}/{key}", { params: { path } })),
  ]);
  keepDraft("journey", key, { rev: now.rev, text: earlier.text });
}

/** Publishes an earlier version again, over the revision that was seen. */
export function rollBack(key: string, version: number, rev: string | null) {
  return unwrap(
    api.POST("/definitions/{kind}/{key}/rollback", {
      params: {
        path: { kind: "journey", key },
        header: rev === null ? {} : { "If-Match": `"${rev}"` },
      },
      body: { version, yes: true },
    }),
  );
}
