import { Stack, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, ApiError, type Schemas, unwrap } from "@/api/client";
import { fetchDefinition } from "@/drafts/definition-draft";
import type { DraftKeeper } from "@/drafts/draft-keeper";

type Definition = Schemas["Definition"];

/** Publishes what a keeper holds; where it lets in so many that the server asks, the number is confirmed. */
export function usePublish(definition: Definition, keeper: DraftKeeper, done: () => unknown) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { kind, key } = definition;
  const published = async () => {
    notifications.show({ color: "green", message: t("segments.published") });
    done();
    await client.invalidateQueries();
  };
  const confirm = async (reach: number) => {
    const { text, base } = keeper.draft;
    try {
      await unwrap(
        api.PUT("/definitions/{kind}/{key}", {
          params: { path: { kind, key }, header: { "If-Match": `"${base.rev}"` } },
          body: { text, yes: true, confirm: { reach } },
        }),
      );
      keeper.seen(await fetchDefinition(kind, key));
      await published();
    } catch (error) {
      notifications.show({ color: "red", message: (error as Error).message });
    }
  };
  const askReach = (error: ApiError) => {
    const { reach = [] } = error.body as { reach?: Schemas["Reach"][] };
    const most = Math.max(0, ...reach.map((each) => each.busiestDay));
    modals.openConfirmModal({
      title: t("segments.reachTitle", { count: most }),
      children: (
        <Stack gap="xs">
          <Text size="sm">{error.message}.</Text>
          <Text size="sm">{t("segments.reachText")}</Text>
        </Stack>
      ),
      labels: {
        confirm: t("segments.reachConfirm", { count: most }),
        cancel: t("action.cancel"),
      },
      confirmProps: { color: "red.9" },
      onConfirm: () => void confirm(most),
    });
  };
  return async () => {
    if (await keeper.save()) return published();
    const { error } = keeper.draft;
    if (error instanceof ApiError && error.code === "blast_radius") askReach(error);
  };
}
