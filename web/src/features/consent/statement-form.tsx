import { Button, SegmentedControl, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client";
import type { Consents, ConsentStatement } from "./queries";

/** Asks what a contact has said elsewhere: on paper, on the telephone. */
export function useAskStatement(contact: string): (consents: Consents) => void {
  const { t } = useTranslation();
  return (consents) =>
    modals.open({
      title: t("consent.writeDown"),
      children: <StatementForm contact={contact} consents={consents} />,
    });
}

function StatementForm({ contact, consents }: { contact: string; consents: Consents }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [state, setState] = useState<ConsentStatement["state"]>("opted_out");
  const [topic, setTopic] = useState("");
  const [source, setSource] = useState("");
  const [evidence, setEvidence] = useState("");
  const write = useMutation({
    mutationFn: (body: ConsentStatement) =>
      unwrap(api.POST("/contacts/{id}/consents", { params: { path: { id: contact } }, body })),
    onSuccess: (written) => {
      modals.closeAll();
      client.setQueryData(["contact", contact, "consents"], written);
      notifications.show({ color: "green", message: t("consent.written") });
      return client.invalidateQueries({ queryKey: ["contact", contact] });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        write.mutate({
          state,
          basis: "consent",
          source: source.trim() || "manual",
          ...(topic ? { topic } : {}),
          ...(evidence.trim() ? { evidence: evidence.trim() } : {}),
        });
      }}
    >
      <Stack gap="sm">
        <Text size="sm">{t("consent.writeDownText")}</Text>
        <SegmentedControl
          size="xs"
          aria-label={t("consent.what")}
          value={state}
          onChange={(next) => setState(next === "opted_in" ? "opted_in" : "opted_out")}
          data={(["opted_out", "opted_in"] as const).map((value) => ({
            value,
            label: t(`consent.line.${value}`),
          }))}
        />
        <Select
          size="xs"
          label={t("consent.about")}
          data={consents.topics.map((each) => ({
            value: each.topic ?? "",
            label: each.topic === null ? t("consent.everything") : each.name,
          }))}
          value={topic}
          onChange={(next) => setTopic(next ?? "")}
          allowDeselect={false}
        />
        <TextInput
          label={t("consent.source")}
          placeholder={t("consent.sourceExample")}
          value={source}
          onChange={(event) => setSource(event.currentTarget.value)}
          maxLength={100}
        />
        <Textarea
          label={t("consent.evidence")}
          placeholder={t("consent.evidenceExample")}
          value={evidence}
          onChange={(event) => setEvidence(event.currentTarget.value)}
          maxLength={2000}
          autosize
          minRows={2}
        />
        {write.error && (
          <Text size="sm" c="var(--app-text-bad)" role="alert">
            {write.error.message}
          </Text>
        )}
        <Button type="submit" size="sm" loading={write.isPending}>
          {t("consent.writeConfirm")}
        </Button>
      </Stack>
    </form>
  );
}
