import { Button, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import { problemsOf } from "@/drafts/definition-draft";
import { type Topic, useSaveMembers } from "./queries";

const nameBytesMax = 100;
const descriptionBytesMax = 500;

/** Asks for a topic; null makes one. */
export function useAskTopic(): (topic: Topic | null) => void {
  const { t } = useTranslation();
  return (topic) =>
    modals.open({
      title: topic ? t("consent.editTopic", { name: topic.name }) : t("consent.newTopic"),
      children: <TopicForm topic={topic} />,
    });
}

function TopicForm({ topic }: { topic: Topic | null }) {
  const { t } = useTranslation();
  const [name, setName] = useState(topic?.name ?? "");
  const [key, setKey] = useState(topic?.definition.key ?? "");
  const [description, setDescription] = useState(topic?.description ?? "");
  const [fallback, setFallback] = useState<Topic["default"]>(topic?.default ?? "opted_in");
  const [visibility, setVisibility] = useState<Topic["visibility"]>(topic?.visibility ?? "public");
  const save = useSaveMembers("topic", () => {
    modals.closeAll();
    notifications.show({ color: "green", message: t("consent.saved", { name }) });
  });
  const [problem] = problemsOf(save.error);
  const changed = save.error instanceof ApiError && save.error.code === "changed_meanwhile";
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({
          definition: topic?.definition ?? null,
          key: key.trim(),
          members: {
            name: name.trim() || undefined,
            description: description.trim() || undefined,
            default: fallback === "opted_out" ? fallback : undefined,
            visibility: visibility === "private" ? visibility : undefined,
          },
        });
      }}
    >
      <Stack gap="sm">
        <TextInput
          label={t("consent.name")}
          value={name}
          onChange={(event) => {
            const next = event.currentTarget.value;
            setName(next);
            if (topic === null) setKey(keyOf(next));
          }}
          maxLength={nameBytesMax}
          required
          data-autofocus
        />
        {topic === null && (
          <TextInput
            label={t("consent.key")}
            description={t("consent.keyText")}
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
            maxLength={64}
            required
          />
        )}
        <Textarea
          label={t("consent.description")}
          description={t("consent.descriptionText")}
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
          maxLength={descriptionBytesMax}
          autosize
          minRows={2}
        />
        <Select
          size="xs"
          label={t("consent.whoSaidNothing")}
          data={(["opted_in", "opted_out"] as const).map((value) => ({
            value,
            label: t(`consent.default.${value}`),
          }))}
          value={fallback}
          onChange={(next) => setFallback(next === "opted_out" ? "opted_out" : "opted_in")}
          allowDeselect={false}
        />
        <Select
          size="xs"
          label={t("consent.shown")}
          data={(["public", "private"] as const).map((value) => ({
            value,
            label: t(`consent.visibility.${value}`),
          }))}
          value={visibility}
          onChange={(next) => setVisibility(next === "private" ? "private" : "public")}
          allowDeselect={false}
        />
        {save.error && (
          <Text size="sm" c="var(--app-text-bad)" role="alert">
            {changed ? t("consent.changedMeanwhile") : (problem?.message ?? save.error.message)}
          </Text>
        )}
        <Button type="submit" size="sm" loading={save.isPending}>
          {t("consent.save")}
        </Button>
      </Stack>
    </form>
  );
}

/** A key as the server takes it. */
export function keyOf(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 64);
}
