import { Button } from "@mantine/core";
import { IconChartBar, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Allowed } from "@/components/allowed";
import { CardList } from "@/components/card-list";
import { Page, Panel } from "@/components/page";
import { SetAside } from "@/components/set-aside";
import { Empty, Failure, RowsSkeleton } from "@/components/states";
import { BackfillPanel } from "./backfill-panel";
import { useAskScore } from "./new-score";
import { scoresQuery } from "./queries";
import classes from "./scores.module.css";

/** The scores of the workspace, and how far they have been brought to what was published. */
export function ScoresPage() {
  const { t } = useTranslation();
  const ask = useAskScore();
  const { data, error, refetch } = useQuery(scoresQuery);
  return (
    <Page
      title={t("nav.scores")}
      meta={data && t("scorePages.count", { count: data.items.length })}
      actions={
        <Allowed to="write">
          <Button leftSection={<IconPlus size={15} />} onClick={ask}>
            {t("scorePages.new")}
          </Button>
        </Allowed>
      }
    >
      <SetAside kind="score" />
      <div className={classes.stack}>
        <BackfillPanel />
        {data && data.items.length > 0 ? (
          <CardList
            cards={data.items.map((score) => ({
              key: score.key,
              href: `/scores/${encodeURIComponent(score.key)}`,
              name: score.name,
              text: score.summary,
              numbers: [
                {
                  label: t("scorePages.halfLife"),
                  value: score.halfLife ?? t("scorePages.never"),
                },
              ],
            }))}
          />
        ) : (
          <Panel>
            {data ? (
              <Empty
                icon={IconChartBar}
                title={t("scorePages.empty")}
                text={t("scorePages.emptyText")}
              />
            ) : error ? (
              <Failure error={error} retry={() => void refetch()} />
            ) : (
              <RowsSkeleton />
            )}
          </Panel>
        )}
      </div>
    </Page>
  );
}
