import { Button } from "@mantine/core";
import { IconPlus, IconRoute } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { journeysQuery } from "@/api/queries";
import { Allowed } from "@/components/allowed";
import { CardList } from "@/components/card-list";
import { useNumber } from "@/components/number";
import { Page, Panel } from "@/components/page";
import { SetAside } from "@/components/set-aside";
import { Empty, Failure, RowsSkeleton } from "@/components/states";
import { Status } from "@/components/status";
import { DraftsList } from "./drafts-list";

export function JourneysPage() {
  const { t } = useTranslation();
  const number = useNumber();
  const { data, error, refetch } = useQuery({ ...journeysQuery, refetchInterval: 10_000 });
  return (
    <Page
      title={t("nav.journeys")}
      meta={data && t("journeys.count", { count: data.items.length })}
      actions={
        <Allowed to="write">
          <Button
            leftSection={<IconPlus size={15} />}
            renderRoot={(props) => <Link {...props} to="/journeys/new" />}
          >
            {t("editor.new")}
          </Button>
        </Allowed>
      }
    >
      <SetAside kind="journey" />
      <DraftsList />
      {data && data.items.length > 0 ? (
        <CardList
          cards={data.items.map((journey) => ({
            key: journey.key,
            href: `/journeys/${encodeURIComponent(journey.key)}`,
            name: journey.name,
            status: <Status state={journey.state} />,
            text: journey.trigger.summary,
            numbers: [
              { label: t("journeys.entered"), value: number(journey.counts.entered) },
              { label: t("journeys.active"), value: number(journey.counts.active) },
              { label: t("journeys.completed"), value: number(journey.counts.completed) },
              { label: t("journeys.goal"), value: number(journey.counts.goal) },
            ],
          }))}
        />
      ) : (
        <Panel>
          {data ? (
            <Empty icon={IconRoute} title={t("journeys.empty")} text={t("journeys.emptyText")} />
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
