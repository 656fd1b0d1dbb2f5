import { Button, Stack, Text, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schemas, unwrap } from "@/api/client";
import { fetchDefinition } from "@/drafts/definition-draft";
import { renamed } from "./list-text";

/** Another name; the key, by which definitions know the list, stays. */
export function RenameForm({ list }: { list: Schemas["List"] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState(list.name);
  const rename = useMutation({
    mutationFn: async () => {
      const { text, rev } = await fetchDefinition("list", list.key);
      return unwrap(
        api.PUT("/definitions/{kind}/{key}", {
          params: {
            path: { kind: "list", key: list.key },
            header: { "If-Match": `"${rev}"` },
          },
          body: { text: renamed(text, name.trim()), yes: false },
        }),
      );
    },
    onSuccess: async () => {
      modals.closeAll();
      await client.invalidateQueries();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        rename.mutate();
      }}
    >
      <Stack gap="sm">
        <TextInput
          label={t("lists.name")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={200}
          required
          data-autofocus
        />
        {rename.error && (
          <Text size="sm" c="var(--app-text-bad)" role="alert">
            {rename.error.message}
          </Text>
        )}
        <Button type="submit" size="sm" disabled={name.trim() === ""} loading={rename.isPending}>
          {t("lists.renameConfirm")}
        </Button>
      </Stack>
    </form>
  );
}
