import { Button, Stack, Text, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client";
import { keyFor } from "@/drafts/key-for";
import { listsQuery } from "./queries";

export function useAskList(): () => void {
  const { t } = useTranslation();
  return () => modals.open({ title: t("lists.new"), children: <NewForm /> });
}

function NewForm() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const taken = useQuery(listsQuery).data?.items ?? [];
  const [name, setName] = useState("");
  const create = useMutation({
    mutationFn: () => {
      const key = keyFor(name, new Set(taken.map((each) => each.key)), "list");
      return unwrap(api.POST("/lists", { body: { key, name: name.trim() } }));
    },
    onSuccess: async ({ key }) => {
      modals.closeAll();
      await navigate({ to: "/lists/$key", params: { key } });
      await client.invalidateQueries({ queryKey: ["lists"] });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <Stack gap="sm">
        <TextInput
          label={t("lists.name")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={200}
          required
          data-autofocus
        />
        {create.error && (
          <Text size="sm" c="var(--app-text-bad)" role="alert">
            {create.error.message}
          </Text>
        )}
        <Button type="submit" size="sm" disabled={name.trim() === ""} loading={create.isPending}>
          {t("lists.newConfirm")}
        </Button>
      </Stack>
    </form>
  );
}
