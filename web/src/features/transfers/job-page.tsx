import { Button, Progress, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconArrowBackUp, IconDownload, IconPlayerStop } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useNumber } from "@/components/number";
import { Page, Panel } from "@/components/page";
import { Failure, RowsSkeleton } from "@/components/states";
import { Status } from "@/components/status";
import { Time } from "@/components/time/time";
import { Counts } from "./counts";
import { useJobName } from "./job-words";
import { isOver, type Job, jobQuery, useJobActs } from "./queries";
import classes from "./transfers.module.css";

/** One job: how far it is, what came of it, and what can be done about it. */
export function JobPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: "/app/jobs/$id" });
  const name = useJobName();
  const { data: job, error, refetch } = useQuery(jobQuery(id));
  const parent = { to: "/jobs", title: t("nav.jobs") };
  if (!job) {
    return (
      <Page title={t("transfers.job")} parent={parent}>
        <Panel>
          {error ? <Failure error={error} retry={() => void refetch()} /> : <RowsSkeleton />}
        </Panel>
      </Page>
    );
  }
  return (
    <Page
      title={name(job)}
      parent={parent}
      meta={
        <>
          <Status state={job.state} /> <Time at={job.createdAt} />
          {job.createdBy && ` · ${job.createdBy}`}
        </>
      }
      actions={<Acts job={job} />}
    >
      <div className={classes.sections}>
        <Panel title={t("transfers.progress")}>
          <Bar job={job} />
          {job.error && (
            <Text size="sm" c="var(--app-text-bad)" role="alert">
              {job.error.message}
            </Text>
          )}
          <Counts counts={job.counts} />
          {isOver(job) && job.kind === "import" && (
            <p className={classes.hint}>
              {t(job.parameters.dryRun === true ? "transfers.dryHint" : "transfers.undoHint")}
            </p>
          )}
        </Panel>
      </div>
    </Page>
  );
}

function Bar({ job }: { job: Job }) {
  const { t } = useTranslation();
  const number = useNumber();
  const percent = job.state === "done" ? 100 : job.total ? (100 * job.done) / job.total : 0;
  return (
    <div aria-live="polite">
      <div className={classes.bar}>
        <span className="num">
          {job.total === null
            ? number(job.done)
            : t("transfers.of", { done: number(job.done), total: number(job.total) })}
        </span>
        <span className="num">{number(Math.floor(percent))} %</span>
      </div>
      <Progress
        value={percent}
        size="md"
        color={job.state === "failed" ? "red" : undefined}
        aria-label={t("transfers.progress")}
      />
    </div>
  );
}

function Acts({ job }: { job: Job }) {
  const { t } = useTranslation();
  const { cancel, undo } = useJobActs(job);
  const id = encodeURIComponent(job.id);
  const isDone = job.state === "done";
  const wasImported = job.kind === "import" && isOver(job) && job.parameters.dryRun !== true;
  const ask = () =>
    modals.openConfirmModal({
      title: t("transfers.undoTitle"),
      children: <Text size="sm">{t("transfers.undoText")}</Text>,
      labels: { confirm: t("transfers.undo"), cancel: t("action.cancel") },
      onConfirm: () => undo.mutate(),
    });
  return (
    <>
      {job.kind === "export" && isDone && (
        <Button
          component="a"
          href={`/api/v1/exports/${id}/file`}
          download
          leftSection={<IconDownload size={15} />}
        >
          {t("transfers.download")}
        </Button>
      )}
      {job.kind === "import" && isOver(job) && (job.counts.bad ?? 0) > 0 && (
        <Button
          variant="default"
          component="a"
          href={`/api/v1/imports/${id}/errors`}
          download
          leftSection={<IconDownload size={15} />}
        >
          {t("transfers.badRows")}
        </Button>
      )}
      {wasImported && (
        <Button
          variant="default"
          leftSection={<IconArrowBackUp size={15} />}
          loading={undo.isPending}
          onClick={ask}
        >
          {t("transfers.undo")}
        </Button>
      )}
      {!isOver(job) && (
        <Button
          variant="default"
          leftSection={<IconPlayerStop size={15} />}
          loading={cancel.isPending || job.cancelling}
          onClick={() => cancel.mutate()}
        >
          {t("transfers.cancel")}
        </Button>
      )}
    </>
  );
}
