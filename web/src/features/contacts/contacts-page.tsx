import { Button, Group, Select } from "@mantine/core";
import { IconFilterOff, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { usePaged } from "@/api/paged";
import { segmentsQuery } from "@/api/queries";
import { useContactColumns } from "@/components/contact-columns";
import { DataTable } from "@/components/data-table";
import { ExportButton } from "@/components/export-button";
import { useNumber } from "@/components/number";
import { Page } from "@/components/page";
import { SearchBox } from "@/components/search-box";
import { Empty } from "@/components/states";
import { contactsKey, fetchContacts } from "./queries";

const refreshDelay = 10_000;

export function ContactsPage() {
  const { t } = useTranslation();
  const number = useNumber();
  const filter = useSearch({ from: "/app/contacts" });
  const navigate = useNavigate();
  const columns = useContactColumns();
  const segments = useQuery(segmentsQuery).data?.items ?? [];
  const list = usePaged(contactsKey(filter), (cursor) => fetchContacts(filter, cursor), {
    refetchInterval: refreshDelay,
  });
  const filtered = filter.q !== undefined || filter.segment !== undefined;
  const change = (part: Partial<typeof filter>) =>
    void navigate({ to: "/contacts", search: { ...filter, ...part }, replace: true });
  const total = list.first?.total;
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
      actions={<ExportButton segment={filter.segment} />}
    >
      <Group gap={8} mb={12}>
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
          w={{ base: "100%", sm: 220 }}
        />
      </Group>
      <DataTable
        label={t("nav.contacts")}
        columns={columns}
        list={list}
        rowKey={(contact) => contact.id}
        open={(contact) => void navigate({ to: "/contacts/$id", params: { id: contact.id } })}
        empty={
          filtered ? (
            <Empty
              icon={IconFilterOff}
              title={t("contacts.noMatch")}
              text={t("contacts.noMatchText")}
              action={
                <Button
                  variant="light"
                  onClick={() => change({ q: undefined, segment: undefined })}
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
