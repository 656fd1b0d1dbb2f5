import { Button, Stack, Text, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { addSenderDomain, type SenderDomain } from "./queries";

const domainLengthMax = 512;

/** Asks for a domain, makes its keys, and leads to its records. */
export function useAskDomain(): () => void {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const added = (domain: SenderDomain) => {
    modals.closeAll();
    client.setQueryData(["sender-domains", domain.domain], domain);
    void client.invalidateQueries({ queryKey: ["sender-domains"], exact: true });
    void navigate({ to: "/settings/domains/$domain", params: { domain: domain.domain } });
  };
  return () => modals.open({ title: t("domains.addTitle"), children: <AddForm onAdded={added} /> });
}

function AddForm({ onAdded }: { onAdded: (domain: SenderDomain) => void }) {
  const { t } = useTranslation();
  const [domain, setDomain] = useState("");
  const add = useMutation({ mutationFn: addSenderDomain, onSuccess: onAdded });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate(domain.trim());
      }}
    >
      <Stack gap="sm">
        <Text size="sm">{t("domains.addText")}</Text>
        <TextInput
          label={t("domains.domain")}
          placeholder="news.example.com"
          value={domain}
          onChange={(event) => {
            setDomain(event.currentTarget.value);
            add.reset();
          }}
          error={add.error?.message}
          maxLength={domainLengthMax}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          required
          data-autofocus
        />
        <Button type="submit" size="sm" loading={add.isPending}>
          {t("domains.addConfirm")}
        </Button>
      </Stack>
    </form>
  );
}
