import "@mantine/core/styles/InlineInput.css";
import "@mantine/core/styles/Checkbox.css";
import { Button, Checkbox, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Draft, eventGroups, type WebhookEvent } from "./queries";
import classes from "./webhooks.module.css";

const urlLengthMax = 2048;
const descriptionLengthMax = 500;

interface Props {
  initial: Draft;
  confirm: string;
  pending: boolean;
  error: Error | null;
  onSubmit: (draft: Draft) => void;
}

/** The address, what it is for, and what it is told. */
export function WebhookForm({ initial, confirm, pending, error, onSubmit }: Props) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(initial);
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const toggle = (event: WebhookEvent, on: boolean) =>
    change({
      events: on ? [...draft.events, event] : draft.events.filter((each) => each !== event),
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit({ ...draft, url: draft.url.trim(), description: draft.description.trim() });
      }}
    >
      <Stack gap="sm">
        <TextInput
          type="url"
          label={t("webhooks.url")}
          description={t("webhooks.urlHint")}
          placeholder="https://example.com/sojourn"
          value={draft.url}
          onChange={(event) => change({ url: event.currentTarget.value })}
          maxLength={urlLengthMax}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          required
          data-autofocus
        />
        <TextInput
          label={t("webhooks.description")}
          value={draft.description}
          onChange={(event) => change({ description: event.currentTarget.value })}
          maxLength={descriptionLengthMax}
        />
        {eventGroups.map(({ group, events }) => (
          <fieldset key={group} className={classes.group}>
            <legend>{t(`webhooks.group.${group}` as "webhooks.group.message")}</legend>
            {events.map((event) => (
              <Checkbox
                key={event}
                size="sm"
                label={t(`webhooks.event.${event}`)}
                checked={draft.events.includes(event)}
                onChange={(input) => toggle(event, input.currentTarget.checked)}
              />
            ))}
          </fieldset>
        ))}
        {error && (
          <Text size="sm" c="var(--app-text-bad)" role="alert">
            {error.message}
          </Text>
        )}
        {draft.events.length === 0 && <Text size="sm">{t("webhooks.chooseEvent")}</Text>}
        <Button type="submit" size="sm" loading={pending} disabled={draft.events.length === 0}>
          {confirm}
        </Button>
      </Stack>
    </form>
  );
}
