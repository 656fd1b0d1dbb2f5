import { Button } from "@mantine/core";
import { IconListCheck, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Allowed } from "@/components/allowed";
import { CardList } from "@/components/card-list";
import { useNumber } from "@/components/number";
import { Page, Panel } from "@/components/page";
import { SetAside } from "@/components/set-aside";
import { Empty, Failure, RowsSkeleton } from "@/components/states";
import { useAskList } from "./new-list";
import { listsQuery } from "./queries";

/** Static lists: who is on one was put there, and stays until somebody is taken off. */
export function ListsPage() {
  const { t } = useTranslation();
  const number = useNumber();
  const ask = useAskList();
  const { data, error, refetch } = useQuery(listsQuery);
  const create = (
    <Allowed to="write">
      <Button leftSection={<IconPlus size={15} />} onClick={ask}>
        {t("lists.new")}
      </Button>
    </Allowed>
  );
  return (
    <Page
      title={t("nav.lists")}
      meta={data && t("lists.count", { count: data.items.length })}
      actions={create}
    >
      <SetAside kind="list" />
      {data && data.items.length > 0 ? (
        <CardList
          cards={data.items.map((list) => ({
            key: list.key,
            href: `/lists/${encodeURIComponent(list.key)}`,
            name: list.name,
            text: list.key,
            numbers: [{ label: t("lists.size"), value: number(list.size) }],
          }))}
        />
      ) : (
        <Panel>
          {data ? (
            <Empty icon={IconListCheck} title={t("lists.empty")} text={t("lists.emptyText")} />
          ) : error ? (
            <Failure error={error} retry={() => void refetch()} />
          ) : (
            <RowsSkeleton />
          )}
        </Panel>
      )}
    </Page>
  );
}
