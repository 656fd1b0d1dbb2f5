import { Button, Menu } from "@mantine/core";
import { IconColumns3 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { useContactColumns } from "@/components/contact-columns";
import type { Column } from "@/components/data-table";
import { Value } from "@/components/properties";
import { attributesQuery } from "@/conditions/queries";
import classes from "./contacts.module.css";

type ListedContact = Schemas["ListedContact"];

const usual = ["email", "userId", "firstSeen", "lastSeen"];
const attributesMax = 20;

/** What the address says of columns: names of the usual ones, and `a.` before those of attributes. */
export function readColumns(cols: string | undefined): string[] {
  if (cols === undefined) return usual;
  return cols.split(",").filter((name) => name !== "");
}

export function attributesOf(cols: string | undefined): string[] {
  return readColumns(cols)
    .filter((name) => name.startsWith("a."))
    .map((name) => name.slice(2))
    .slice(0, attributesMax);
}

function writeColumns(chosen: string[]): string | undefined {
  const text = chosen.join(",");
  return text === usual.join(",") ? undefined : text || ",";
}

/** The columns of the list as they were chosen; the name always comes first. */
export function useChosenColumns(cols: string | undefined): Column<ListedContact>[] {
  const known = useContactColumns();
  const chosen = readColumns(cols);
  const attributes = attributesOf(cols).map((name): Column<ListedContact> => ({
    key: `a.${name}`,
    title: name,
    width: "minmax(0, 1fr)",
    wide: true,
    cell: (contact) => {
      const value = contact.attributes?.[name];
      return value === undefined ? "" : <Value value={value} />;
    },
  }));
  const shown = known.filter((column) => column.key === "name" || chosen.includes(column.key));
  return [...shown, ...attributes];
}

interface Props {
  cols: string | undefined;
  onChange: (cols: string | undefined) => void;
}

export function ColumnMenu({ cols, onChange }: Props) {
  const { t } = useTranslation();
  const chosen = readColumns(cols);
  const known = useContactColumns().filter((column) => column.key !== "name");
  const attributes = (useQuery(attributesQuery).data?.items ?? []).filter(
    (each) => !each.name.includes(","),
  );
  const options = [
    ...known.map(({ key, title }) => ({ key, title })),
    ...attributes.map(({ name }) => ({ key: `a.${name}`, title: name })),
  ];
  const toggle = (key: string) =>
    onChange(
      writeColumns(chosen.includes(key) ? chosen.filter((each) => each !== key) : [...chosen, key]),
    );
  return (
    <Menu position="bottom-start" closeOnItemClick={false}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconColumns3 size={15} />}>
          {t("contacts.columns")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={classes.columnMenu}>
        {options.map(({ key, title }) => (
          <Menu.CheckboxItem key={key} checked={chosen.includes(key)} onChange={() => toggle(key)}>
            {title}
          </Menu.CheckboxItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
