import { Button } from "@mantine/core";
import { IconFilterOff, IconUsers } from "@tabler/icons-react";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { usePaged } from "@/api/paged";
import { useMay } from "@/api/permissions";
import type { ContactFilter } from "@/app/filters";
import { useContactName } from "@/components/contact-name";
import { DataTable } from "@/components/data-table";
import { ExportButton } from "@/components/export-button";
import { useNumber } from "@/components/number";
import { Page } from "@/components/page";
import { Empty } from "@/components/states";
import { BulkBar } from "./bulk-bar";
import { attributesOf, useChosenColumns } from "./columns";
import { keepTrail, type Trail } from "./contact-trail";
import { isFiltered } from "./filter";
import { FilterBar } from "./filter-bar";
import { contactsKey, fetchContacts } from "./queries";
import { useChosen } from "./selection";

const refreshDelay = 10_000;

export function ContactsPage() {
  const { t } = useTranslation();
  const number = useNumber();
  const name = useContactName();
  const mayWrite = useMay("write");
  const filter = useSearch({ from: "/app/contacts" });
  const navigate = useNavigate();
  const columns = useChosenColumns(filter.cols);
  const { cols, ...asked } = filter;
  const query = { ...asked, attributes: attributesOf(cols) };
  const list = usePaged(contactsKey(query), (cursor) => fetchContacts(query, cursor), {
    refetchInterval: refreshDelay,
  });
  const change = (part: Partial<ContactFilter>) =>
    void navigate({ to: "/contacts", search: { ...filter, ...part }, replace: true });
  const total = list.first?.total;
  const { rows } = list;
  const { chosen, clear, chooseAll, toggle, toggleRows } = useChosen(JSON.stringify(asked));
  const ids = rows.map((contact) => contact.id);
  const selection = {
    has: (contact: { id: string }) => chosen.all || chosen.ids.has(contact.id),
    toggle: (contact: { id: string }) => toggle(contact.id),
    all: chosen.all || (ids.length > 0 && ids.every((id) => chosen.ids.has(id))),
    toggleAll: () => toggleRows(ids),
    label: name,
  };
  // However a contact is opened from here, its page leads to the one before and after it.
  const trail = JSON.stringify({ ids, search: filter });
  useEffect(() => keepTrail(JSON.parse(trail) as Trail), [trail]);
  return (
    <Page
      fill
      title={t("nav.contacts")}
      meta={
        total !== undefined && (
          <span className="num" role="status">
            {t("contacts.count", { count: total, number: number(total) })}
          </span>
        )
      }
      actions={<ExportButton segment={filter.segment} list={filter.list} />}
    >
      <FilterBar filter={filter} change={change} />
      {(chosen.all || chosen.ids.size > 0) && (
        <BulkBar
          chosen={chosen}
          filter={filter}
          total={total ?? 0}
          chooseAll={chooseAll}
          clear={clear}
        />
      )}
      <DataTable
        label={t("nav.contacts")}
        columns={columns}
        list={list}
        rowKey={(contact) => contact.id}
        open={(contact) => void navigate({ to: "/contacts/$id", params: { id: contact.id } })}
        selection={mayWrite ? selection : undefined}
        empty={
          isFiltered(filter) ? (
            <Empty
              icon={IconFilterOff}
              title={t("contacts.noMatch")}
              text={t("contacts.noMatchText")}
              action={
                <Button
                  variant="light"
                  onClick={() =>
                    change({ q: undefined, segment: undefined, list: undefined, where: undefined })
                  }
                >
                  {t("action.clearFilters")}
                </Button>
              }
            />
          ) : (
            <Empty
              icon={IconUsers}
              title={t("contacts.empty")}
              text={t("contacts.emptyText")}
              action={
                <Button component={Link} to="/settings">
                  {t("contacts.emptyAction")}
                </Button>
              }
            />
          )
        }
      />
    </Page>
  );
}
