import { Button, Stack, Text, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { stringify } from "yaml";
import { createDefinition, problemsOf } from "@/drafts/definition-draft";
import { keyFor } from "@/drafts/key-for";
import { scoresQuery } from "./queries";

export function useAskScore(): () => void {
  const { t } = useTranslation();
  return () => modals.open({ title: t("scorePages.new"), children: <NewForm /> });
}

/** A score to begin with, which is then written on as text. */
function firstText(key: string, name: string, reason: string): string {
  return stringify(
    {
      kind: "score",
      key,
      name,
      half_life: "30d",
      rules: [{ key: "viewed-page", event: "Page Viewed", points: 1, cap: 20, reason }],
      thresholds: [{ key: "hot", up: 15, down: 10 }],
    },
    { lineWidth: 0 },
  );
}

function NewForm() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const taken = useQuery(scoresQuery).data?.items ?? [];
  const [name, setName] = useState("");
  const create = useMutation({
    mutationFn: async () => {
      const key = keyFor(name, new Set(taken.map((each) => each.key)), "score");
      await createDefinition(
        "score",
        key,
        firstText(key, name.trim(), t("scorePages.firstReason")),
      );
      return key;
    },
    onSuccess: async (key) => {
      modals.closeAll();
      await navigate({
        to: "/data/definitions/$kind/$key",
        params: { kind: "score", key },
      });
      await client.invalidateQueries();
    },
  });
  const [problem] = problemsOf(create.error);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <Stack gap="sm">
        <TextInput
          label={t("scorePages.name")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={200}
          required
          data-autofocus
        />
        <Text size="sm" c="dimmed">
          {t("scorePages.newText")}
        </Text>
        {create.error && (
          <Text size="sm" c="var(--app-text-bad)" role="alert">
            {problem?.message ?? create.error.message}
          </Text>
        )}
        <Button type="submit" size="sm" disabled={name.trim() === ""} loading={create.isPending}>
          {t("scorePages.newConfirm")}
        </Button>
      </Stack>
    </form>
  );
}
