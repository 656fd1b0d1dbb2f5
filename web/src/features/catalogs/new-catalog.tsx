import { ActionIcon, Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemsOf } from "@/drafts/definition-draft";
import { type FieldType, fieldTypes, useCreateCatalog } from "./queries";

const nameBytesMax = 200;
const keyBytesMax = 64;

/** Asks for a new catalog, and opens it. */
export function useAskCatalog(): () => void {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const opened = (key: string) => {
    modals.closeAll();
    void navigate({ to: "/catalogs/$key", params: { key } });
  };
  return () =>
    modals.open({ title: t("catalogs.new"), children: <CatalogForm done={opened} />, size: "lg" });
}

interface Row {
  id: number;
  name: string;
  type: FieldType;
}

function CatalogForm({ done }: { done: (key: string) => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [key, setKey] = useState("");
  const [itemKey, setItemKey] = useState("sku");
  const [rows, setRows] = useState<Row[]>([{ id: 0, name: "title", type: "text" }]);
  const create = useCreateCatalog(done);
  const [problem] = problemsOf(create.error);
  const change = (id: number, part: Partial<Row>) =>
    setRows(rows.map((row) => (row.id === id ? { ...row, ...part } : row)));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const fields = rows
          .map((row) => ({ name: row.name.trim(), type: row.type }))
          .filter((row) => row.name !== "");
        create.mutate({ key: key.trim(), name: name.trim(), itemKey: itemKey.trim(), fields });
      }}
    >
      <Stack gap="sm">
        <TextInput
          label={t("catalogs.name")}
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value);
            setKey(keyOf(event.currentTarget.value));
          }}
          maxLength={nameBytesMax}
          required
          data-autofocus
        />
        <TextInput
          label={t("catalogs.key")}
          description={t("catalogs.keyText")}
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
          maxLength={keyBytesMax}
          required
        />
        <TextInput
          label={t("catalogs.itemKey")}
          description={t("catalogs.itemKeyText")}
          value={itemKey}
          onChange={(event) => setItemKey(event.currentTarget.value)}
          maxLength={keyBytesMax}
          required
        />
        <Text size="sm" fw={500} component="h3" m={0}>
          {t("catalogs.fields")}
        </Text>
        {rows.map((row, index) => (
          <Group key={row.id} gap={8} wrap="nowrap">
            <TextInput
              aria-label={t("catalogs.fieldName", { number: index + 1 })}
              value={row.name}
              onChange={(event) => change(row.id, { name: event.currentTarget.value })}
              maxLength={keyBytesMax}
              style={{ flex: 1 }}
              required
            />
            <Select
              aria-label={t("catalogs.fieldType", { number: index + 1 })}
              data={fieldTypes.map((value) => ({ value, label: t(`catalogs.type.${value}`) }))}
              value={row.type}
              onChange={(next) => next && change(row.id, { type: next as FieldType })}
              allowDeselect={false}
              w={150}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t("catalogs.dropField", { number: index + 1 })}
              disabled={rows.length === 1}
              onClick={() => setRows(rows.filter((each) => each.id !== row.id))}
            >
              <IconX size={15} />
            </ActionIcon>
          </Group>
        ))}
        <Button
          variant="default"
          leftSection={<IconPlus size={15} />}
          onClick={() =>
            setRows([
              ...rows,
              { id: Math.max(...rows.map((row) => row.id)) + 1, name: "", type: "text" },
            ])
          }
        >
          {t("catalogs.addField")}
        </Button>
        {create.error && (
          <Text size="sm" c="var(--app-text-bad)" role="alert">
            {problem?.message ?? create.error.message}
          </Text>
        )}
        <Button type="submit" size="sm" loading={create.isPending}>
          {t("catalogs.create")}
        </Button>
      </Stack>
    </form>
  );
}

/** A key that templates can write behind a dot. */
export function keyOf(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, keyBytesMax);
}
