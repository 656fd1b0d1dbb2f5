import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconFileExport } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client";
import type { RecipientFilter } from "@/app/filters";

/** Writes the recipients that the page shows into a file, and leads to its job. */
export function RecipientsExport(props: { campaign: string; filter: RecipientFilter }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const begin = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/exports", {
          body: {
            subject: "recipients",
            format: "csv",
            formulaGuard: true,
            campaign: props.campaign,
            ...props.filter,
          },
        }),
      ),
    onSuccess: (job) => void navigate({ to: "/jobs/$id", params: { id: job.id } }),
    onError: (error) =>
      notifications.show({ color: "red", title: t("campaigns.failed"), message: error.message }),
  });
  return (
    <Button
      variant="default"
      leftSection={<IconFileExport size={15} />}
      loading={begin.isPending}
      onClick={() => begin.mutate()}
    >
      {t("campaigns.exportCsv")}
    </Button>
  );
}
