import { Stack, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import { useNumber } from "@/components/number";
import {
  type Answers,
  type Definition,
  definitionQuery,
  type DefinitionProblem,
  publishText,
  refusalOf,
} from "./queries";

/** Publishing, with the questions that the server asks before: about those inside, and about reach. */
export function usePublish(definition: Definition, done: (published: Definition) => void) {
  const { t } = useTranslation();
  const number = useNumber();
  const client = useQueryClient();
  const publish = useMutation({
    mutationFn: ({ text, answers }: { text: string; answers: Answers }) =>
      publishText(definition, text, answers),
    onSuccess: async () => {
      const published = await client.fetchQuery({
        ...definitionQuery(definition.kind, definition.key),
        staleTime: 0,
      });
      notifications.show({
        color: "green",
        message: t("definitions.published", { version: published.version }),
      });
      done(published);
      await client.invalidateQueries();
    },
    onError: (error, { text, answers }) => {
      if (!(error instanceof ApiError)) return;
      if (error.code === "changed_meanwhile") {
        void client.invalidateQueries({ queryKey: ["definitions"] });
      }
      if (error.code === "needs_yes") askYes(error, text, answers);
      if (error.code === "blast_radius") askReach(error, text, answers);
    },
  });
  const askYes = (error: ApiError, text: string, answers: Answers) => {
    const inside = (refusalOf(error).changes ?? []).reduce(
      (sum, change) => sum + change.contactsInside,
      0,
    );
    modals.openConfirmModal({
      title: t("definitions.yesTitle"),
      children: (
        <Text size="sm">{t("definitions.yesText", { count: inside, number: number(inside) })}</Text>
      ),
      labels: { confirm: t("definitions.publish"), cancel: t("action.cancel") },
      onConfirm: () => publish.mutate({ text, answers: { ...answers, yes: true } }),
    });
  };
  const askReach = (error: ApiError, text: string, answers: Answers) => {
    const reach = Math.max(0, ...(refusalOf(error).reach ?? []).map((each) => each.busiestDay));
    modals.openConfirmModal({
      title: t("definitions.reachTitle", { number: number(reach) }),
      children: (
        <Stack gap="xs">
          <Text size="sm">{error.message}.</Text>
          <Text size="sm">{t("definitions.reachText")}</Text>
        </Stack>
      ),
      labels: {
        confirm: t("definitions.reachConfirm", { number: number(reach) }),
        cancel: t("action.cancel"),
      },
      confirmProps: { color: "red.9" },
      onConfirm: () => publish.mutate({ text, answers: { ...answers, reach } }),
    });
  };
  const asked =
    publish.error instanceof ApiError && ["needs_yes", "blast_radius"].includes(publish.error.code);
  const invalid = publish.error instanceof ApiError && publish.error.code === "definitions_invalid";
  return {
    ask: (text: string) => publish.mutate({ text, answers: {} }),
    reset: publish.reset,
    pending: publish.isPending,
    error: asked ? null : publish.error,
    problems: invalid
      ? ((refusalOf(publish.error).problems ?? []) as DefinitionProblem[])
      : undefined,
  };
}
