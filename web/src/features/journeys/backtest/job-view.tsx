import { Button, Progress, Skeleton, Text } from "@mantine/core";
import { IconAlertTriangle, IconBan, IconPlayerStop } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useNumber } from "@/components/number";
import { Panel } from "@/components/page";
import { Empty } from "@/components/states";
import type { Step } from "../queries";
import classes from "./backtest.module.css";
import { type Job, useCancel } from "./queries";
import { BacktestReport } from "./report";
import { percentOf, reportOf } from "./request";

/** A backtest while it runs, and what came of it. */
export function JobView({ job, steps }: { job: Job | undefined; steps: Step[] }) {
  const { t } = useTranslation();
  if (!job) {
    return (
      <div role="status" aria-label={t("state.loading")}>
        <Skeleton height={320} radius="lg" />
      </div>
    );
  }
  const report = reportOf(job);
  if (report) return <BacktestReport report={report} steps={steps} />;
  return (
    <Panel>
      {job.state === "cancelled" ? (
        <Empty icon={IconBan} title={t("backtest.cancelled")} text={t("backtest.cancelledText")} />
      ) : job.state === "failed" ? (
        <div role="alert">
          <Empty
            icon={IconAlertTriangle}
            title={t("backtest.failed")}
            text={job.error?.message ?? t("backtest.failedText")}
          />
        </div>
      ) : job.state === "done" ? (
        <Empty
          icon={IconAlertTriangle}
          title={t("backtest.failed")}
          text={t("backtest.failedText")}
        />
      ) : (
        <Running job={job} />
      )}
    </Panel>
  );
}

function Running({ job }: { job: Job }) {
  const { t } = useTranslation();
  const number = useNumber();
  const cancel = useCancel(job.id);
  const percent = percentOf(job);
  const ending = job.cancelling || cancel.isPending || cancel.isSuccess;
  return (
    <div className={classes.running}>
      <Text fw={600} size="md" role="status">
        {ending
          ? t("backtest.cancelling")
          : job.state === "queued"
            ? t("backtest.queued")
            : percent === undefined
              ? t("backtest.starting")
              : t("backtest.running", { percent: number(Math.floor(percent)) })}
      </Text>
      <Progress
        value={percent ?? 0}
        size="md"
        aria-label={t("backtest.progress")}
        w="100%"
        maw={420}
      />
      <Text size="sm" c="dimmed" maw={420}>
        {t("backtest.runningText")}
      </Text>
      <Button
        variant="default"
        leftSection={<IconPlayerStop size={15} />}
        disabled={ending}
        onClick={() => cancel.mutate()}
      >
        {t("backtest.cancel")}
      </Button>
    </div>
  );
}
