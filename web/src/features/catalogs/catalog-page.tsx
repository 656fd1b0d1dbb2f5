import { ActionIcon, Button, Group, Skeleton, Table, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconDownload, IconFilterOff, IconTable, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { usePaged } from "@/api/paged";
import { useMay } from "@/api/permissions";
import { Allowed } from "@/components/allowed";
import { CopyBlock } from "@/components/copy";
import { Page, Panel } from "@/components/page";
import { SearchBox } from "@/components/search-box";
import { Empty, Failure, RowsSkeleton } from "@/components/states";
import { WideTable } from "@/components/wide-table";
import classes from "./catalogs.module.css";
import {
  type Catalog,
  type CatalogItem,
  catalogQuery,
  fetchItems,
  useItemActions,
} from "./queries";
import { UploadItems } from "./upload";

/** Columns beside the key: more than these are looked at one item at a time. */
const columnsMax = 5;
const columnWidth = 160;

export function CatalogPage() {
  const { t } = useTranslation();
  const { key } = useParams({ from: "/app/catalogs/$key" });
  const { data: catalog, error, refetch } = useQuery(catalogQuery(key));
  const parent = { to: "/catalogs", title: t("nav.catalogs") };
  if (!catalog) {
    return (
      <Page title={key} parent={parent}>
        {error ? (
          <Panel>
            <Failure error={error} retry={() => void refetch()} />
          </Panel>
        ) : (
          <div className={classes.sections} role="status" aria-label={t("state.loading")}>
            <Skeleton height={120} radius="lg" />
            <Skeleton height={320} radius="lg" />
          </div>
        )}
      </Page>
    );
  }
  return (
    <Page
      title={catalog.name}
      parent={parent}
      meta={t("catalogs.items", { count: catalog.items })}
      actions={
        catalog.items > 0 && (
          <Button
            component="a"
            variant="default"
            leftSection={<IconDownload size={15} />}
            href={`/api/v1/catalogs/${encodeURIComponent(key)}/file?format=csv`}
            download
          >
            {t("catalogs.download")}
          </Button>
        )
      }
    >
      <div className={classes.sections}>
        <Items catalog={catalog} />
        <Fields catalog={catalog} />
      </div>
    </Page>
  );
}

function Items({ catalog }: { catalog: Catalog }) {
  const { t } = useTranslation();
  const { q } = useSearch({ from: "/app/catalogs/$key" });
  const navigate = useNavigate();
  const { upload, remove } = useItemActions(catalog.key);
  const { query, rows, first } = usePaged(["catalogs", "items", catalog.key, q], (cursor) =>
    fetchItems(catalog.key, q, cursor),
  );
  const search = (text: string | undefined) =>
    void navigate({
      to: "/catalogs/$key",
      params: { key: catalog.key },
      search: { q: text },
      replace: true,
    });
  return (
    <Panel title={t("catalogs.itemsTitle")}>
      <Allowed to="write">
        <UploadItems upload={upload} />
      </Allowed>
      {(catalog.items > 0 || q !== undefined) && (
        <Group gap={8} my={12}>
          <SearchBox
            label={t("catalogs.search")}
            placeholder={t("catalogs.searchExample")}
            value={q}
            onChange={search}
          />
        </Group>
      )}
      {rows.length > 0 ? (
        <>
          <ItemTable
            catalog={catalog}
            rows={rows}
            remove={(item) => askToRemove(item, () => remove.mutate(item))}
          />
          {query.hasNextPage && (
            <Button
              mt="md"
              variant="default"
              loading={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              {t("catalogs.more")}
            </Button>
          )}
        </>
      ) : query.error ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : !first ? (
        <RowsSkeleton rows={4} />
      ) : q !== undefined ? (
        <Empty
          icon={IconFilterOff}
          title={t("catalogs.noMatch")}
          text={t("catalogs.noMatchText")}
          action={
            <Button variant="light" onClick={() => search(undefined)}>
              {t("action.clearSearch")}
            </Button>
          }
        />
      ) : (
        <Empty
          icon={IconTable}
          title={t("catalogs.noItems")}
          text={t("catalogs.noItemsText", { key: catalog.itemKey })}
        />
      )}
    </Panel>
  );

  function askToRemove(item: string, onConfirm: () => void) {
    modals.openConfirmModal({
      title: t("catalogs.removeTitle", { item }),
      children: <Text size="sm">{t("catalogs.removeText")}</Text>,
      labels: { confirm: t("catalogs.removeConfirm"), cancel: t("action.cancel") },
      confirmProps: { color: "red.9" },
      onConfirm,
    });
  }
}

interface ItemTableProps {
  catalog: Catalog;
  rows: CatalogItem[];
  remove: (item: string) => void;
}

function ItemTable({ catalog, rows, remove }: ItemTableProps) {
  const { t } = useTranslation();
  const mayWrite = useMay("write");
  const fields = catalog.fields.slice(0, columnsMax);
  return (
    <WideTable label={t("catalogs.itemsTitle")} minWidth={(fields.length + 2) * columnWidth}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{catalog.itemKey}</Table.Th>
          {fields.map(({ name }) => (
            <Table.Th key={name}>{name}</Table.Th>
          ))}
          {mayWrite && <Table.Td />}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((item) => (
          <Table.Tr key={item.key}>
            <Table.Th scope="row" fw={600}>
              {item.key}
            </Table.Th>
            {fields.map(({ name }) => (
              <Table.Td key={name} className={classes.value}>
                {shown(item.values[name])}
              </Table.Td>
            ))}
            {mayWrite && (
              <Table.Td ta="end">
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={t("catalogs.removeItem", { item: item.key })}
                  onClick={() => remove(item.key)}
                >
                  <IconTrash size={15} />
                </ActionIcon>
              </Table.Td>
            )}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}

function Fields({ catalog }: { catalog: Catalog }) {
  const { t } = useTranslation();
  const [first] = catalog.fields;
  return (
    <Panel title={t("catalogs.fields")}>
      <ul className={classes.rows}>
        {catalog.fields.map(({ name, type }) => (
          <li key={name} className={classes.row}>
            <span className={classes.name}>{name}</span>
            <span className={classes.dim}>{t(`catalogs.type.${type}`)}</span>
          </li>
        ))}
      </ul>
      <Text size="sm" c="dimmed" my="xs">
        {t("catalogs.inTemplates")}
      </Text>
      <CopyBlock
        text={`{{ catalogs.${catalog.key}[event.${catalog.itemKey}].${first?.name ?? catalog.itemKey} }}`}
        what={t("catalogs.example")}
      />
      <Text size="sm" mt="xs">
        <Link to="/data/definitions/$kind/$key" params={{ kind: "catalog", key: catalog.key }}>
          {t("catalogs.change")}
        </Link>
      </Text>
    </Panel>
  );
}

/** A value as a cell: what is no text as JSON. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
