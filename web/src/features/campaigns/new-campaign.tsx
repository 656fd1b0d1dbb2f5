import { Button, Select, Stack, Text, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { createDefinition, problemsOf } from "@/drafts/definition-draft";
import { keyFor, newText } from "./draft";
import { usePartChoices } from "./parts";
import { campaignsQuery, templatesQuery } from "./queries";

const nameLengthMax = 200;

/** Publishes the text of a campaign that nobody has started, and opens it. */
export function useCreate() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async (make: (taken: ReadonlySet<string>) => { key: string; text: string }) => {
      const campaigns = await client.fetchQuery({ ...campaignsQuery, staleTime: 0 });
      const { key, text } = make(new Set(campaigns.items.map((each) => each.key)));
      await createDefinition("campaign", key, text);
      return key;
    },
    onSuccess: (key) => {
      modals.closeAll();
      void client.invalidateQueries({ queryKey: ["campaigns"] });
      void client.invalidateQueries({ queryKey: ["definitions"] });
      void navigate({ to: "/campaigns/$key", params: { key } });
    },
  });
}

export function useAskCampaign(): () => void {
  const { t } = useTranslation();
  return () => modals.open({ title: t("campaigns.newTitle"), children: <NewForm /> });
}

function NewForm() {
  const { t } = useTranslation();
  const templates = useQuery(templatesQuery).data;
  const parts = usePartChoices();
  const [name, setName] = useState("");
  const [audience, setAudience] = useState<string | null>(null);
  const [template, setTemplate] = useState<string | null>(null);
  const create = useCreate();
  if (templates && templates.items.length === 0) {
    return (
      <Stack gap="sm">
        <Text size="sm">{t("campaigns.noTemplates")}</Text>
        <Button renderRoot={(props) => <Link {...props} to="/templates" />}>
          {t("campaigns.toTemplates")}
        </Button>
      </Stack>
    );
  }
  const ready = name.trim() !== "" && audience !== null && template !== null;
  const [problem] = problemsOf(create.error);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!ready) return;
        const [kind, part] = audience.split(":");
        create.mutate((taken) => {
          const key = keyFor(name, taken);
          const who =
            kind === "everyone" ? "everyone" : { [kind === "list" ? "lists" : "segments"]: [part] };
          return { key, text: newText({ key, name: name.trim(), audience: who, template }) };
        });
      }}
    >
      <Stack gap="sm">
        <TextInput
          label={t("campaigns.name")}
          placeholder={t("campaigns.nameExample")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={nameLengthMax}
          required
          data-autofocus
        />
        <Select
          size="xs"
          label={t("campaigns.who")}
          placeholder={t("campaigns.choose")}
          data={[{ value: "everyone", label: t("campaigns.everyone") }, ...parts]}
          value={audience}
          onChange={setAudience}
          searchable
          required
          withAsterisk
        />
        <Select
          size="xs"
          label={t("campaigns.template")}
          placeholder={t("campaigns.choose")}
          data={(templates?.items ?? []).map((each) => ({ value: each.key, label: each.name }))}
          value={template}
          onChange={setTemplate}
          searchable
          required
          withAsterisk
        />
        <Text size="xs" c="dimmed">
          {t("campaigns.newText")}
        </Text>
        {create.error && (
          <Text size="sm" c="var(--app-text-bad)" role="alert">
            {problem?.message ?? create.error.message}
          </Text>
        )}
        <Button type="submit" size="sm" disabled={!ready} loading={create.isPending}>
          {t("campaigns.newConfirm")}
        </Button>
      </Stack>
    </form>
  );
}
