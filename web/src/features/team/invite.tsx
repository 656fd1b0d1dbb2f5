import { Button, Stack, Text, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Role } from "@/api/permissions";
import { CopyBlock } from "@/components/copy";
import { Time } from "@/components/time/time";
import { invite } from "./queries";
import { RoleChoice } from "./role-choice";

const emailLengthMax = 254;

/** Asks whom to invite, and shows the link this once. */
export function useAskInvite(): () => void {
  const { t } = useTranslation();
  return () => modals.open({ title: t("team.inviteTitle"), children: <InviteForm /> });
}

function InviteForm() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("editor");
  const send = useMutation({
    mutationFn: invite,
    onSuccess: () => client.invalidateQueries({ queryKey: ["invitations"] }),
  });
  if (send.data) {
    return (
      <Stack gap="sm">
        <Text size="sm">{t("team.linkText", { email: send.data.email })}</Text>
        <CopyBlock text={send.data.link} what={t("team.link")} wrap />
        <Text size="sm" c="dimmed">
          {t("team.linkUntil")} <Time at={send.data.expiresAt} />
        </Text>
        <Button size="sm" onClick={() => modals.closeAll()}>
          {t("action.close")}
        </Button>
      </Stack>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate({ email: email.trim(), role });
      }}
    >
      <Stack gap="sm">
        <TextInput
          type="email"
          label={t("team.email")}
          value={email}
          onChange={(event) => {
            setEmail(event.currentTarget.value);
            send.reset();
          }}
          error={send.error?.message}
          maxLength={emailLengthMax}
          autoComplete="off"
          required
          data-autofocus
        />
        <RoleChoice value={role} onChange={setRole} />
        <Button type="submit" size="sm" loading={send.isPending}>
          {t("team.inviteConfirm")}
        </Button>
      </Stack>
    </form>
  );
}
