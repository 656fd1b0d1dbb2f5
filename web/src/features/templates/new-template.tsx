import { Button, Stack, Text, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { createDefinition, problemsOf } from "@/drafts/definition-draft";
import { newTemplate } from "./template-text";

export function useAskTemplate(): () => void {
  const { t } = useTranslation();
  return () => modals.open({ title: t("templates.newTitle"), children: <NewForm /> });
}

const keyOf = (name: string) =>
  name
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 64);

function NewForm() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [subject, setSubject] = useState("");
  const [typedKey, setKey] = useState<string | null>(null);
  const key = typedKey ?? keyOf(name);
  const create = useMutation({
    mutationFn: () =>
      createDefinition("template", key, newTemplate(key, name.trim(), subject.trim())),
    onSuccess: () => {
      modals.closeAll();
      void client.invalidateQueries({ queryKey: ["templates"] });
      void client.invalidateQueries({ queryKey: ["definitions"] });
      void navigate({ to: "/templates/$key", params: { key } });
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
          label={t("templates.name")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={200}
          required
          data-autofocus
        />
        <TextInput
          label={t("templates.subject")}
          value={subject}
          onChange={(event) => setSubject(event.currentTarget.value)}
          maxLength={2000}
          required
        />
        <TextInput
          label={t("templates.key")}
          description={t("templates.keyText")}
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
          maxLength={64}
          required
        />
        {create.error && (
          <Text size="sm" c="var(--app-text-bad)" role="alert">
            {problem?.message ?? create.error.message}
          </Text>
        )}
        <Button type="submit" size="sm" loading={create.isPending}>
          {t("templates.newConfirm")}
        </Button>
      </Stack>
    </form>
  );
}
