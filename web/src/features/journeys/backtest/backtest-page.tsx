import { Button, Text } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page, Panel } from "@/components/page";
import { Empty, Failure } from "@/components/states";
import { Status } from "@/components/status";
import { Time } from "@/components/time/time";
import { journeyQuery } from "../queries";
import classes from "./backtest.module.css";
import { BacktestForm } from "./form";
import { JobView } from "./job-view";
import { backtestsQuery, isOver, type Job, jobQuery, useBacktest } from "./queries";
import { reportOf } from "./request";

/** What the journey would have done in the past: asked, followed, read. */
export function BacktestPage() {
  const { t } = useTranslation();
  const { key } = useParams({ from: "/app/journeys/$key/backtest" });
  const { job: id } = useSearch({ from: "/app/journeys/$key/backtest" });
  const navigate = useNavigate({ from: "/journeys/$key/backtest" });
  const { data: journey, error, refetch } = useQuery(journeyQuery(key));
  const job = useQuery(jobQuery(id ?? ""));
  const open = (started: Job) => void navigate({ search: { job: started.id } });
  const backtest = useBacktest(key, open);
  const parent = { to: `/journeys/${encodeURIComponent(key)}`, title: journey?.name ?? key };
  if (error && !journey) {
    return (
      <Page title={t("backtest.title")} parent={parent}>
        <Panel>
          <Failure error={error} retry={() => void refetch()} />
        </Panel>
      </Page>
    );
  }
  const shown = id === undefined ? undefined : job.data;
  return (
    <Page title={t("backtest.title")} parent={parent}>
      <div className={classes.columns} data-open={id !== undefined}>
        <div className={classes.side}>
          <Panel title={t("backtest.ask")}>
            <BacktestForm
              run={(request) => backtest.mutate(request)}
              pending={backtest.isPending}
              busy={shown !== undefined && !isOver(shown)}
              error={backtest.error}
            />
          </Panel>
          <Earlier journey={key} open={shown} />
        </div>
        {id !== undefined && job.error && !shown ? (
          <Panel>
            <Failure error={job.error} retry={() => void job.refetch()} />
          </Panel>
        ) : id === undefined ? (
          <Panel>
            <Empty icon={IconHistory} title={t("backtest.empty")} text={t("backtest.emptyText")} />
          </Panel>
        ) : (
          <JobView job={shown} steps={journey?.steps ?? []} />
        )}
      </div>
    </Page>
  );
}

/** Backtests of this journey that were run before, newest first. */
function Earlier({ journey, open }: { journey: string; open: Job | undefined }) {
  const { t } = useTranslation();
  const jobs = useQuery(backtestsQuery).data?.items ?? [];
  const own = jobs
    .filter((job) => job.parameters["journey"] === journey)
    .map((job) => (job.id === open?.id ? open : job));
  if (own.length === 0) return null;
  return (
    <Panel title={t("backtest.earlier")}>
      <ul className={classes.earlier}>
        {own.slice(0, 10).map((job) => (
          <li key={job.id} data-open={job.id === open?.id}>
            <Link
              to="/journeys/$key/backtest"
              params={{ key: journey }}
              search={{ job: job.id }}
              aria-current={job.id === open?.id ? "true" : undefined}
            >
              <Time at={job.createdAt} />
            </Link>{" "}
            {job.state !== "done" && <Status state={job.state} />}
            <Text size="xs" c="dimmed">
              {reportOf(job)?.summary ?? job.error?.message}
            </Text>
          </li>
        ))}
      </ul>
      <Button
        variant="subtle"
        mt="xs"
        renderRoot={(props) => <Link {...props} to="/journeys/$key" params={{ key: journey }} />}
      >
        {t("journeys.back")}
      </Button>
    </Panel>
  );
}
