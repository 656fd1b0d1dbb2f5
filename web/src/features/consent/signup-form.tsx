import "@mantine/core/styles/InlineInput.css";
import "@mantine/core/styles/Pill.css";
import "@mantine/core/styles/PillsInput.css";
import "@mantine/core/styles/Switch.css";
import { Button, MultiSelect, Stack, Switch, Text, Textarea, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import { problemsOf } from "@/drafts/definition-draft";
import { type SignupForm, topicsQuery, useSaveMembers } from "./queries";
import { keyOf } from "./topic-form";

/** Asks for a form's words and rules; null makes one. Its fields are edited as text. */
export function useAskForm(): (form: SignupForm | null) => void {
  const { t } = useTranslation();
  return (form) =>
    modals.open({
      title: form ? t("consent.editForm", { name: form.title }) : t("consent.newForm"),
      children: <FormForm form={form} />,
    });
}

function FormForm({ form }: { form: SignupForm | null }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const topics = useQuery(topicsQuery).data ?? [];
  const [value, setValue] = useState({
    title: form?.title ?? "",
    key: form?.definition.key ?? "",
    text: form?.text ?? "",
    topics: form?.topics ?? [],
    consent: form?.consent ?? "",
    button: form?.button ?? "",
    doubleOptIn: form?.doubleOptIn ?? true,
    origins: form?.origins.join("\n") ?? "",
  });
  const change = (part: Partial<typeof value>) => setValue((now) => ({ ...now, ...part }));
  const save = useSaveMembers("form", (key) => {
    modals.closeAll();
    notifications.show({ color: "green", message: t("consent.saved", { name: value.title }) });
    void navigate({ to: "/consent/forms/$key", params: { key } });
  });
  const [problem] = problemsOf(save.error);
  const changed = save.error instanceof ApiError && save.error.code === "changed_meanwhile";
  const origins = value.origins.split(/\s+/).filter((each) => each !== "");
  const filled = (text: string) => text.trim() || undefined;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({
          definition: form?.definition ?? null,
          key: value.key.trim(),
          members: {
            title: filled(value.title),
            text: filled(value.text),
            topics: value.topics.length > 0 ? value.topics : undefined,
            consent: filled(value.consent),
            button: filled(value.button),
            double_opt_in: value.doubleOptIn ? undefined : false,
            allowed_origins: origins.length > 0 ? origins : undefined,
          },
        });
      }}
    >
      <Stack gap="sm">
        <TextInput
          label={t("consent.title")}
          value={value.title}
          onChange={(event) => {
            const title = event.currentTarget.value;
            change(form === null ? { title, key: keyOf(title) } : { title });
          }}
          required
          data-autofocus
        />
        {form === null && (
          <TextInput
            label={t("consent.key")}
            description={t("consent.formKeyText")}
            value={value.key}
            onChange={(event) => change({ key: event.currentTarget.value })}
            maxLength={64}
            required
          />
        )}
        <Textarea
          label={t("consent.text")}
          value={value.text}
          onChange={(event) => change({ text: event.currentTarget.value })}
          autosize
          minRows={2}
        />
        <MultiSelect
          size="xs"
          label={t("consent.topics")}
          placeholder={value.topics.length === 0 ? t("consent.everything") : undefined}
          data={topics.map((topic) => ({ value: topic.definition.key, label: topic.name }))}
          value={value.topics}
          onChange={(next) => change({ topics: next })}
        />
        <Textarea
          label={t("consent.consent")}
          description={t("consent.consentText")}
          value={value.consent}
          onChange={(event) => change({ consent: event.currentTarget.value })}
          autosize
          minRows={2}
        />
        <TextInput
          label={t("consent.button")}
          value={value.button}
          onChange={(event) => change({ button: event.currentTarget.value })}
        />
        <Switch
          size="xs"
          label={t("consent.doubleOptIn")}
          checked={value.doubleOptIn}
          onChange={(event) => change({ doubleOptIn: event.currentTarget.checked })}
        />
        <Textarea
          label={t("consent.origins")}
          description={t("consent.originsText")}
          placeholder="https://shop.example"
          value={value.origins}
          onChange={(event) => change({ origins: event.currentTarget.value })}
          autosize
          minRows={1}
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
