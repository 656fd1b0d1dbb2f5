import { Button } from "@mantine/core";
import { IconPlus, IconUsersGroup } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { segmentsQuery } from "@/api/queries";
import { Allowed } from "@/components/allowed";
import { CardList } from "@/components/card-list";
import { useNumber } from "@/components/number";
import { Page, Panel } from "@/components/page";
import { SetAside } from "@/components/set-aside";
import { Empty, Failure, RowsSkeleton } from "@/components/states";

export function SegmentsPage() {
  const { t } = useTranslation();
  const number = useNumber();
  const { data, error, refetch } = useQuery({ ...segmentsQuery, refetchInterval: 10_000 });
  return (
    <Page
      title={t("nav.segments")}
      meta={data && t("segments.count", { count: data.items.length })}
      actions={
        <>
          <Button variant="default" renderRoot={(props) => <Link {...props} to="/lists" />}>
            {t("nav.lists")}
          </Button>
          <Button variant="default" renderRoot={(props) => <Link {...props} to="/scores" />}>
            {t("nav.scores")}
          </Button>
          <Allowed to="write">
            <Button
              leftSection={<IconPlus size={15} />}
              renderRoot={(props) => <Link {...props} to="/segments/new" />}
            >
              {t("segments.new")}
            </Button>
          </Allowed>
        </>
      }
    >
      <SetAside kind="segment" />
      {data && data.items.length > 0 ? (
        <CardList
          cards={data.items.map((segment) => ({
            key: segment.key,
            href: `/segments/${encodeURIComponent(segment.key)}`,
            name: segment.name,
            text: segment.summary,
            numbers: [{ label: t("segments.size"), value: number(segment.size) }],
          }))}
        />
      ) : (
        <Panel>
          {data ? (
            <Empty
              icon={IconUsersGroup}
              title={t("segments.empty")}
              text={t("segments.emptyText")}
            />
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
