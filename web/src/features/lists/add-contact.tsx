import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client";
import { ContactPicker } from "@/components/contact-picker";

/** Puts one contact on a list; many are chosen among all contacts. */
export function AddContact({ listKey }: { listKey: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [contact, setContact] = useState<string | null>(null);
  const add = useMutation({
    mutationFn: (id: string) =>
      unwrap(
        api.POST("/lists/{key}/contacts", {
          params: { path: { key: listKey } },
          body: { add: [id] },
        }),
      ),
    onSuccess: async () => {
      setContact(null);
      await client.invalidateQueries();
    },
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  return (
    <Group gap={8} mb={12} align="flex-end">
      <ContactPicker label={t("lists.add")} value={contact} onChange={setContact} />
      <Button
        disabled={contact === null}
        loading={add.isPending}
        onClick={() => contact !== null && add.mutate(contact)}
      >
        {t("lists.addConfirm")}
      </Button>
    </Group>
  );
}
