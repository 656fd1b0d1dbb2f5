import { modals } from "@mantine/modals";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { WebhookForm } from "./form";
import { addWebhook } from "./queries";
import { Secret } from "./secret";

const nothing = { url: "", description: "", events: [] };

/** Asks for an address and for what it is told, and shows its secret this once. */
export function useAskWebhook(): () => void {
  const { t } = useTranslation();
  return () => modals.open({ title: t("webhooks.addTitle"), children: <AddForm /> });
}

function AddForm() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const add = useMutation({
    mutationFn: addWebhook,
    onSuccess: () => client.invalidateQueries({ queryKey: ["webhook-endpoints"] }),
  });
  if (add.data) return <Secret webhook={add.data} />;
  return (
    <WebhookForm
      initial={nothing}
      confirm={t("webhooks.addConfirm")}
      pending={add.isPending}
      error={add.error}
      onSubmit={(draft) => add.mutate(draft)}
    />
  );
}
