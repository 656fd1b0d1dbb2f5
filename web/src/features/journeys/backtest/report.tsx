import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useNumber } from "@/components/number";
import { Panel } from "@/components/page";
import { Time } from "@/components/time/time";
import type { Step } from "../queries";
import classes from "./backtest.module.css";
import { DayBars } from "./day-bars";
import type { Backtest } from "./queries";
import { countOf, sumsOf } from "./request";
import { StepTable } from "./step-table";

/** What would have happened, from the sum to the parts, and what was taken for granted. */
export function BacktestReport({ report, steps }: { report: Backtest; steps: Step[] }) {
  const { t } = useTranslation();
  const number = useNumber();
  const held = sumsOf(report, "held").reduce((sum, { count }) => sum + count, 0);
  const tiles = [
    {
      label: t("backtest.entered"),
      value: report.entered,
      hint: t("backtest.enteredHint", {
        contacts: number(report.contacts),
        again: number(report.contactsAgain),
      }),
    },
    {
      label: t("backtest.sent"),
      value: report.sent,
      hint: t("backtest.sentHint", { contacts: number(report.contactsSent) }),
    },
    {
      label: t("backtest.goals"),
      value: countOf(report, "goal"),
      hint: t("backtest.goalsHint", { later: number(report.convertedLater) }),
    },
    { label: t("backtest.held"), value: held, hint: t("backtest.heldHint") },
    { label: t("backtest.waiting"), value: report.waiting, hint: t("backtest.waitingHint") },
  ];
  return (
    <div className={classes.report}>
      <Panel title={t("backtest.result")}>
        <p className={classes.sentence}>{report.summary}</p>
        <Text size="sm" c="dimmed">
          <Time at={report.since} as="full" /> – <Time at={report.until} as="full" />
          {" · "}
          {t("journeys.version", { version: report.version })}
        </Text>
        <dl className={classes.tiles}>
          {tiles.map((tile) => (
            <div key={tile.label}>
              <dt>{tile.label}</dt>
              <dd className={`${classes.value} num`}>{number(tile.value)}</dd>
              <dd className={`${classes.hint} num`}>{tile.hint}</dd>
            </div>
          ))}
        </dl>
      </Panel>
      <Panel title={t("backtest.days")}>
        <DayBars report={report} />
      </Panel>
      <Panel title={t("backtest.steps")}>
        <StepTable report={report} steps={steps} />
      </Panel>
      <div className={classes.lists}>
        <Counts
          title={t("backtest.ended")}
          none={t("backtest.endedNone")}
          rows={report.ended.map(({ outcome = "", count }) => ({
            name: t(`journeys.people.${outcome}` as "journeys.people.goal", words(outcome)),
            count,
          }))}
        />
        <Reasons
          title={t("backtest.refused")}
          none={t("backtest.refusedNone")}
          rows={report.refused}
        />
        <Reasons
          title={t("backtest.heldBy")}
          none={t("backtest.heldNone")}
          rows={sumsOf(report, "held")}
        />
        <Reasons
          title={t("backtest.skipped")}
          none={t("backtest.skippedNone")}
          rows={sumsOf(report, "skipped")}
        />
        {report.otherJourneys.length > 0 && (
          <Counts
            title={t("backtest.otherJourneys")}
            none=""
            rows={report.otherJourneys.map(({ key, entered }) => ({ name: key, count: entered }))}
          />
        )}
      </div>
      <Panel title={t("backtest.assumptions")}>
        <ul className={classes.assumptions}>
          {report.assumptions.map((assumption) => (
            <li key={assumption}>{assumption}</li>
          ))}
        </ul>
        <Text size="sm" c="dimmed" mt="xs" className="num">
          {t("backtest.read", {
            scanned: number(report.eventsScanned),
            replayed: number(report.eventsReplayed),
          })}
        </Text>
      </Panel>
    </div>
  );
}

function words(code: string): string {
  return code.replaceAll("_", " ");
}

function Reasons(props: {
  title: string;
  none: string;
  rows: { reason?: string; count: number }[];
}) {
  const { t } = useTranslation();
  const rows = props.rows.map(({ reason = "", count }) => ({
    name: t(`backtest.reasons.${reason}` as "backtest.reasons.holdout", words(reason)),
    count,
  }));
  return <Counts title={props.title} none={props.none} rows={rows} />;
}

function Counts(props: { title: string; none: string; rows: { name: string; count: number }[] }) {
  const number = useNumber();
  return (
    <Panel title={props.title}>
      {props.rows.length === 0 ? (
        <Text size="sm" c="dimmed">
          {props.none}
        </Text>
      ) : (
        <ul className={classes.counts}>
          {props.rows.map((row) => (
            <li key={row.name}>
              <span>{row.name}</span>
              <strong className="num">{number(row.count)}</strong>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
