import { Button, Checkbox, Group, Stack, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import { useNumber } from "@/components/number";
import { Failure, RowsSkeleton } from "@/components/states";
import { forgetDraft, unpublishedRev } from "@/drafts/definition-draft";
import { Changes } from "./changes";
import { useEditing } from "./editing";
import { InsideFields } from "./inside-fields";
import { ProblemList } from "./problem-list";
import { locate } from "./problems";
import { type Definition, type InsideChoice, kind, planQuery, publishJourney } from "./queries";

interface Props {
  definition: Definition;
  go: (step: string | null, line: number) => void;
}

/** What publishing changes, whom it lets in, and what becomes of those inside, before it is done. */
export function PublishDialog({ definition, go }: Props) {
  const { t } = useTranslation();
  const number = useNumber();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { key, draft, keeper } = useEditing();
  const [inside, setInside] = useState<InsideChoice>({ choice: "finish" });
  const [agreed, setAgreed] = useState(false);
  const isNew = definition.rev === unpublishedRev;
  const { text, base } = draft;
  const plan = useQuery({
    ...planQuery(key, text, isNew ? undefined : inside),
    placeholderData: (previous) => previous,
  });
  const change = plan.data?.changes.find((each) => each.kind === kind && each.key === key);
  const problems = locate(text, plan.data?.problems ?? []);
  const [refusedReach, setRefusedReach] = useState<number | null>(null);
  const publish = useMutation({
    mutationFn: () =>
      publishJourney({
        key,
        rev: base.rev,
        text,
        ...(isNew || (change?.contactsInside ?? 0) === 0 ? {} : { inside }),
        ...(refusedReach === null ? {} : { reach: refusedReach }),
      }),
    onSuccess: async (rev) => {
      keeper.seen({ rev, text });
      if (isNew) forgetDraft(kind, key);
      notifications.show({ color: "green", message: t("editor.published") });
      modals.closeAll();
      await client.invalidateQueries();
      void navigate({ to: "/journeys/$key", params: { key }, search: {} });
    },
    onError: (error) => {
      if (!(error instanceof ApiError) || error.code !== "blast_radius") return;
      const body = error.body as { reach?: { busiestDay: number }[] };
      setRefusedReach(Math.max(0, ...(body.reach ?? []).map((each) => each.busiestDay)));
    },
  });
  const failed =
    publish.error instanceof ApiError && publish.error.code === "blast_radius"
      ? null
      : publish.error;
  const ready =
    plan.data !== undefined && problems.length === 0 && (refusedReach === null || agreed);
  return (
    <>
      {plan.error && !plan.data ? (
        <Failure error={plan.error} retry={() => void plan.refetch()} />
      ) : !plan.data ? (
        <RowsSkeleton rows={5} />
      ) : (
        <Stack gap="sm">
          {problems.length > 0 ? (
            <ProblemList
              located={problems}
              checked
              go={(step, line) => {
                modals.closeAll();
                go(step, line);
              }}
            />
          ) : (
            <Changes plan={plan.data} change={change} isNew={isNew} journey={key} />
          )}
          {!isNew && problems.length === 0 && (change?.contactsInside ?? 0) > 0 && (
            <InsideFields
              count={change?.contactsInside ?? 0}
              forecast={change?.inside}
              value={inside}
              onChange={setInside}
            />
          )}
          {refusedReach !== null && (
            <Checkbox
              size="sm"
              checked={agreed}
              onChange={(event) => setAgreed(event.currentTarget.checked)}
              label={t("editor.reachAgree", { number: number(refusedReach) })}
            />
          )}
          {failed && (
            <Text size="sm" c="var(--app-text-bad)" role="alert">
              {failed.message}
            </Text>
          )}
          <Group justify="flex-end" gap={8}>
            <Button variant="default" onClick={() => modals.closeAll()}>
              {t("action.cancel")}
            </Button>
            <Button disabled={!ready} loading={publish.isPending} onClick={() => publish.mutate()}>
              {isNew ? t("editor.startConfirm") : t("editor.publishConfirm")}
            </Button>
          </Group>
        </Stack>
      )}
    </>
  );
}
