import { Button, Select, Stack, Text, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schemas, unwrap } from "@/api/client";
import { journeysQuery } from "@/api/queries";
import { useContactName } from "@/components/contact-name";
import { ContactPicker } from "@/components/contact-picker";
import { MergeForm } from "./bulk-forms";
import { templateNamesQuery } from "./queries";

type Contact = Schemas["Contact"];

function Problem({ error }: { error: Error | null }) {
  return (
    error && (
      <Text size="sm" c="var(--app-text-bad)" role="alert">
        {error.message}
      </Text>
    )
  );
}

/** Random also where the page came without TLS, which has no `randomUUID`. */
function freshKey(): string {
  return `contact-${crypto.getRandomValues(new Uint32Array(4)).join("-")}`;
}

/** One message of a template, now. */
export function SendForm({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const templates = useQuery(templateNamesQuery).data?.items ?? [];
  const [template, setTemplate] = useState<string | null>(null);
  // One key for one form: who presses twice sends once.
  const [key] = useState(freshKey);
  const send = useMutation({
    mutationFn: (chosen: string) =>
      unwrap(
        api.POST("/messages", {
          params: { header: { "Idempotency-Key": key } },
          body: { to: { contact: contact.id }, template: chosen },
        }),
      ),
    onSuccess: async () => {
      modals.closeAll();
      notifications.show({ color: "green", message: t("contacts.sent") });
      await client.invalidateQueries({ queryKey: ["timeline", contact.id] });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (template !== null) send.mutate(template);
      }}
    >
      <Stack gap="sm">
        <Select
          size="xs"
          label={t("contacts.template")}
          placeholder={t("contacts.whyChoose")}
          data={templates.map((each) => ({ value: each.key, label: each.name }))}
          value={template}
          onChange={setTemplate}
          searchable
          required
        />
        <Text size="sm" c="dimmed">
          {t("contacts.sendText", { address: contact.email })}
        </Text>
        <Problem error={send.error} />
        <Button type="submit" size="sm" disabled={template === null} loading={send.isPending}>
          {t("contacts.sendConfirm")}
        </Button>
      </Stack>
    </form>
  );
}

/** By hand into a journey; the journey's own rules decide, and Why says what they said. */
export function EnterForm({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const journeys = useQuery(journeysQuery).data?.items ?? [];
  const [journey, setJourney] = useState<string | null>(null);
  const enter = useMutation({
    mutationFn: (chosen: string) =>
      unwrap(
        api.POST("/journeys/{key}/enter", {
          params: { path: { key: chosen } },
          body: { contact: contact.id, create: false },
        }),
      ),
    onSuccess: async (_, chosen) => {
      modals.closeAll();
      notifications.show({ color: "green", message: t("contacts.enteredJourney") });
      await client.invalidateQueries({ queryKey: ["contact", contact.id] });
      await navigate({
        to: "/contacts/$id/why",
        params: { id: contact.id },
        search: { journey: chosen },
      });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (journey !== null) enter.mutate(journey);
      }}
    >
      <Stack gap="sm">
        <Select
          size="xs"
          label={t("contacts.journey")}
          placeholder={t("contacts.whyChoose")}
          data={journeys.map((each) => ({ value: each.key, label: each.name }))}
          value={journey}
          onChange={setJourney}
          searchable
          required
        />
        <Text size="sm" c="dimmed">
          {t("contacts.enterText")}
        </Text>
        <Problem error={enter.error} />
        <Button type="submit" size="sm" disabled={journey === null} loading={enter.isPending}>
          {t("contacts.enterConfirm")}
        </Button>
      </Stack>
    </form>
  );
}

/** With whom; then both are shown before they become one. */
export function MergeWith({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const [other, setOther] = useState<string | null>(null);
  return (
    <Stack gap="sm">
      <ContactPicker label={t("contacts.mergeOther")} value={other} onChange={setOther} />
      {other !== null && other !== contact.id && (
        <MergeForm pair={[contact.id, other]} done={() => undefined} />
      )}
      {other === contact.id && (
        <Text size="sm" c="dimmed">
          {t("contacts.mergeSame")}
        </Text>
      )}
    </Stack>
  );
}

/** For good; a word is typed, so that nobody does it by mistake. */
export function EraseOne({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const name = useContactName();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [typed, setTyped] = useState("");
  const word = name(contact);
  const ready = typed.trim() === word;
  const erase = useMutation({
    mutationFn: () =>
      unwrap(api.DELETE("/contacts/{id}", { params: { path: { id: contact.id } } })),
    onSuccess: async () => {
      modals.closeAll();
      notifications.show({ color: "green", message: t("contacts.erased") });
      await navigate({ to: "/contacts", search: {} });
      client.removeQueries({ queryKey: ["contact", contact.id] });
      await client.invalidateQueries({ queryKey: ["contacts"] });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) erase.mutate();
      }}
    >
      <Stack gap="xs">
        <Text size="sm">{t("contacts.eraseText")}</Text>
        <Text size="sm" fw={600}>
          {t("contacts.eraseForGood")}
        </Text>
        <TextInput
          label={t("contacts.eraseType", { name: word })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          required
        />
        <Problem error={erase.error} />
        <Button type="submit" size="sm" color="red.9" disabled={!ready} loading={erase.isPending}>
          {t("contacts.eraseConfirm")}
        </Button>
      </Stack>
    </form>
  );
}
