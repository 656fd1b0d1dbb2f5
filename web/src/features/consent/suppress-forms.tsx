import { Button, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client";
import { readAddresses } from "./addresses";
import { type SuppressionChange, topicsQuery } from "./queries";

const addressesMax = 1000;

/** Asks for addresses that nothing is to be sent to. */
export function useAskSuppress(): () => void {
  const { t } = useTranslation();
  return () => modals.open({ title: t("consent.suppressTitle"), children: <SuppressForm /> });
}

/** Asks for an address that mails may go to again. */
export function useAskLift(): (address: string) => void {
  const { t } = useTranslation();
  return (address) =>
    modals.open({ title: t("consent.liftTitle"), children: <LiftForm address={address} /> });
}

function useChange(
  call: (body: SuppressionChange) => Promise<{ addresses: number }>,
  said: string,
) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: call,
    onSuccess: ({ addresses }) => {
      modals.closeAll();
      notifications.show({
        color: "green",
        message: `${said}: ${t("consent.addresses", { count: addresses })}`,
      });
      return client.invalidateQueries({ queryKey: ["suppressions"] });
    },
  });
}

function TopicSelect({ value, onChange }: { value: string; onChange: (topic: string) => void }) {
  const { t } = useTranslation();
  const topics = useQuery(topicsQuery).data ?? [];
  return (
    <Select
      size="xs"
      label={t("consent.scope")}
      data={[
        { value: "", label: t("consent.scopes.all") },
        ...topics.map((topic) => ({
          value: topic.definition.key,
          label: t("consent.scopes.topic", { topic: topic.name }),
        })),
      ]}
      value={value}
      onChange={(topic) => onChange(topic ?? "")}
      allowDeselect={false}
    />
  );
}

function SuppressForm() {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [topic, setTopic] = useState("");
  const [note, setNote] = useState("");
  const addresses = readAddresses(text);
  const suppress = useChange(
    (body) => unwrap(api.POST("/suppressions", { body })),
    t("consent.suppressed"),
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        suppress.mutate({
          addresses,
          source: "manual",
          ...(topic ? { topic } : {}),
          ...(note.trim() ? { note: note.trim() } : {}),
        });
      }}
    >
      <Stack gap="sm">
        <Text size="sm">{t("consent.suppressText")}</Text>
        <Textarea
          label={t("consent.addressesLabel")}
          description={t("consent.addressesText", { limit: addressesMax })}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            suppress.reset();
          }}
          autosize
          minRows={3}
          maxRows={10}
          required
          error={
            addresses.length > addressesMax &&
            t("consent.tooMany", { count: addresses.length, limit: addressesMax })
          }
          data-autofocus
        />
        <TopicSelect value={topic} onChange={setTopic} />
        <TextInput
          label={t("consent.note")}
          placeholder={t("consent.noteExample")}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          maxLength={500}
        />
        {suppress.error && (
          <Text size="sm" c="var(--app-text-bad)" role="alert">
            {suppress.error.message}
          </Text>
        )}
        <Button
          type="submit"
          size="sm"
          disabled={addresses.length === 0 || addresses.length > addressesMax}
          loading={suppress.isPending}
        >
          {t("consent.suppressConfirm", { count: addresses.length })}
        </Button>
      </Stack>
    </form>
  );
}

function LiftForm({ address: first }: { address: string }) {
  const { t } = useTranslation();
  const [address, setAddress] = useState(first);
  const [topic, setTopic] = useState("");
  const lift = useChange(
    (body) => unwrap(api.POST("/suppressions/lift", { body })),
    t("consent.lifted"),
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        lift.mutate({ address: address.trim(), source: "manual", ...(topic ? { topic } : {}) });
      }}
    >
      <Stack gap="sm">
        <Text size="sm">{t("consent.liftText")}</Text>
        <TextInput
          type="email"
          label={t("consent.address")}
          value={address}
          onChange={(event) => {
            setAddress(event.currentTarget.value);
            lift.reset();
          }}
          maxLength={254}
          required
          data-autofocus
        />
        <TopicSelect value={topic} onChange={setTopic} />
        {lift.error && (
          <Text size="sm" c="var(--app-text-bad)" role="alert">
            {lift.error.message}
          </Text>
        )}
        <Button type="submit" size="sm" disabled={!address.trim()} loading={lift.isPending}>
          {t("consent.lift")}
        </Button>
      </Stack>
    </form>
  );
}
