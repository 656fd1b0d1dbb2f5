import { Button, Stack, Text, Textarea } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client";
import { useNumber } from "./number";

/** The two ways of the switch; every view that shows sending follows. */
export function useSendingSwitch() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const number = useNumber();
  const refresh = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ["sending"] }),
      client.invalidateQueries({ queryKey: ["home"] }),
    ]);
  const fail = (error: Error) =>
    notifications.show({ color: "red", title: t("sending.failed"), message: error.message });
  const stop = useMutation({
    mutationFn: (reason: string) => unwrap(api.POST("/sending/stop", { body: { reason } })),
    onSuccess: () => {
      notifications.show({ color: "red", message: t("sending.stoppedToast") });
      return refresh();
    },
    onError: fail,
  });
  const resume = useMutation({
    mutationFn: () => unwrap(api.POST("/sending/resume")),
    onSuccess: () => {
      notifications.show({ color: "green", message: t("sending.resumedToast") });
      return refresh();
    },
    onError: fail,
  });
  const askStop = () =>
    modals.open({
      title: t("sending.stopTitle"),
      children: <StopForm onStop={(reason) => stop.mutate(reason)} />,
    });
  const askResume = (queued: number) =>
    modals.openConfirmModal({
      title: t("sending.resumeTitle"),
      children: (
        <Text size="sm">{t("sending.resumeText", { count: queued, number: number(queued) })}</Text>
      ),
      labels: { confirm: t("sending.resume"), cancel: t("action.cancel") },
      onConfirm: () => resume.mutate(),
    });
  return { askStop, askResume, pending: stop.isPending || resume.isPending };
}

function StopForm({ onStop }: { onStop: (reason: string) => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        modals.closeAll();
        onStop(reason.trim() || t("sending.noReason"));
      }}
    >
      <Stack gap="sm">
        <Text size="sm">{t("sending.stopText")}</Text>
        <Textarea
          label={t("sending.reason")}
          placeholder={t("sending.reasonExample")}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          maxLength={500}
          autosize
          minRows={2}
          data-autofocus
        />
        <Button type="submit" color="red.9" size="sm">
          {t("sending.stop")}
        </Button>
      </Stack>
    </form>
  );
}
