import { Button, Group, Select } from "@mantine/core";
import { IconFilter, IconUsersGroup, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { segmentsQuery } from "@/api/queries";
import type { ContactFilter } from "@/app/filters";
import { Allowed } from "@/components/allowed";
import { Panel } from "@/components/page";
import { SearchBox } from "@/components/search-box";
import { ConditionBuilder } from "@/conditions/builder";
import type { Condition } from "@/conditions/model";
import { listsQuery } from "@/conditions/queries";
import { useWords } from "@/conditions/words";
import { ColumnMenu } from "./columns";
import classes from "./contacts.module.css";
import { chipsOf, readWhere, wholeCondition, withoutPart, writeWhere } from "./filter";

interface Props {
  filter: ContactFilter;
  change: (part: Partial<ContactFilter>) => void;
}

/** Whom the list shows: a search, a segment, a list, and conditions as chips. */
export function FilterBar({ filter, change }: Props) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  const segments = useQuery(segmentsQuery).data?.items ?? [];
  const lists = useQuery(listsQuery).data?.items ?? [];
  const whole = wholeCondition(filter);
  return (
    <div className={classes.filter}>
      <Group gap={8}>
        <SearchBox
          label={t("contacts.search")}
          placeholder={t("contacts.searchExample")}
          value={filter.q}
          onChange={(q) => change({ q })}
        />
        <Select
          size="xs"
          clearable
          searchable
          aria-label={t("contacts.segment")}
          placeholder={t("contacts.everySegment")}
          data={segments.map((segment) => ({ value: segment.key, label: segment.name }))}
          value={filter.segment ?? null}
          onChange={(segment) => change({ segment: segment ?? undefined })}
          clearButtonProps={{ "aria-label": t("action.clearFilter") }}
          w={{ base: "100%", sm: 180 }}
        />
        <Select
          size="xs"
          clearable
          searchable
          aria-label={t("contacts.list")}
          placeholder={t("contacts.everyList")}
          data={lists.map((list) => ({ value: list.key, label: list.name }))}
          value={filter.list ?? null}
          onChange={(list) => change({ list: list ?? undefined })}
          clearButtonProps={{ "aria-label": t("action.clearFilter") }}
          w={{ base: "100%", sm: 160 }}
        />
        <Button
          variant={editing ? "light" : "default"}
          leftSection={<IconFilter size={15} />}
          aria-expanded={editing}
          onClick={() => setEditing(!editing)}
        >
          {t("contacts.filter")}
        </Button>
        <ColumnMenu cols={filter.cols} onChange={(cols) => change({ cols })} />
        {whole !== null && (
          <Allowed to="write">
            <Button
              variant="default"
              leftSection={<IconUsersGroup size={15} />}
              renderRoot={(props) => (
                <Link {...props} to="/segments/new" search={{ where: writeWhere(whole) }} />
              )}
            >
              {t("contacts.saveSegment")}
            </Button>
          </Allowed>
        )}
      </Group>
      {editing ? (
        <FilterEditor
          key={filter.where ?? ""}
          where={readWhere(filter.where)}
          apply={(where) => {
            change({ where: writeWhere(where) });
            setEditing(false);
          }}
          cancel={() => setEditing(false)}
        />
      ) : (
        <Chips
          where={readWhere(filter.where)}
          edit={() => setEditing(true)}
          change={(where) => change({ where: writeWhere(where) })}
        />
      )}
    </div>
  );
}

interface ChipsProps {
  where: Condition | null;
  edit: () => void;
  change: (where: Condition) => void;
}

function Chips({ where, edit, change }: ChipsProps) {
  const { t } = useTranslation();
  const words = useWords();
  const { kind, parts } = chipsOf(where);
  if (parts.length === 0) return null;
  return (
    <ul className={classes.chips} aria-label={t("contacts.conditions")}>
      {kind !== "all" && <li className={classes.kind}>{t(`conditions.groups.${kind}`)}</li>}
      {parts.map((part, index) => (
        <li key={index} className={classes.chip}>
          <button type="button" onClick={edit} title={t("contacts.editFilter")}>
            {words(part)}
          </button>
          <button
            type="button"
            aria-label={t("contacts.removeCondition", { what: words(part) })}
            onClick={() => change(withoutPart(where, index))}
          >
            <IconX size={13} aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}

interface EditorProps {
  where: Condition | null;
  apply: (where: Condition | null) => void;
  cancel: () => void;
}

function FilterEditor({ where, apply, cancel }: EditorProps) {
  const { t } = useTranslation();
  const [value, setValue] = useState<Condition | null>(
    where ?? { all: [{ attribute: "", is: "" }] },
  );
  return (
    <Panel title={t("contacts.conditions")}>
      <ConditionBuilder subject="contact" value={value} onChange={setValue} />
      <Group gap={8} mt={8}>
        <Button onClick={() => apply(value)}>{t("contacts.applyFilter")}</Button>
        <Button variant="default" onClick={cancel}>
          {t("action.cancel")}
        </Button>
        {where !== null && (
          <Button variant="subtle" onClick={() => apply(null)}>
            {t("contacts.noFilter")}
          </Button>
        )}
      </Group>
    </Panel>
  );
}
