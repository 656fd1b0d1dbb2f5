import { Button } from "@mantine/core";
import { IconPlus, IconTable } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { usePaged } from "@/api/paged";
import { Allowed } from "@/components/allowed";
import { Page, Panel } from "@/components/page";
import { SetAside } from "@/components/set-aside";
import { Empty, Failure, RowsSkeleton } from "@/components/states";
import classes from "./catalogs.module.css";
import { useAskCatalog } from "./new-catalog";
import { type Catalog, fetchCatalogs } from "./queries";

/** What templates look up by a key. */
export function CatalogsPage() {
  const { t } = useTranslation();
  const ask = useAskCatalog();
  const { query, rows, first } = usePaged(["catalogs", "list"], fetchCatalogs);
  const create = (
    <Allowed to="write">
      <Button leftSection={<IconPlus size={15} />} onClick={ask}>
        {t("catalogs.new")}
      </Button>
    </Allowed>
  );
  return (
    <Page title={t("nav.catalogs")} actions={rows.length > 0 && create}>
      <SetAside kind="catalog" />
      <Panel>
        {rows.length > 0 ? (
          <>
            <ul className={classes.rows} aria-label={t("nav.catalogs")}>
              {rows.map((catalog) => (
                <CatalogRow key={catalog.key} catalog={catalog} />
              ))}
            </ul>
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
        ) : (
          <Empty
            icon={IconTable}
            title={t("catalogs.empty")}
            text={t("catalogs.emptyText")}
            action={create}
          />
        )}
      </Panel>
    </Page>
  );
}

function CatalogRow({ catalog }: { catalog: Catalog }) {
  const { t } = useTranslation();
  return (
    <li className={classes.row}>
      <Link to="/catalogs/$key" params={{ key: catalog.key }} className={classes.name}>
        {catalog.name}
      </Link>
      <span className={classes.dim}>
        {t("catalogs.items", { count: catalog.items })} ·{" "}
        {t("catalogs.byKey", { key: catalog.itemKey })}
      </span>
    </li>
  );
}
