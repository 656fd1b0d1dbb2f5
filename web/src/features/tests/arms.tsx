import { Table } from "@mantine/core";
import { IconFlag } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import { useNumber } from "@/components/number";
import { Panel } from "@/components/page";
import { type Arm, firstStepOf, scaleOf, type Test } from "./experiments";
import { WideTable } from "@/components/wide-table";
import classes from "./tests.module.css";

/** The variants side by side: who came, what came of it, and how sure the rate is. */
export function Arms({ test }: { test: Test }) {
  const { t } = useTranslation();
  const number = useNumber();
  const { experiment, arms } = test;
  const scale = scaleOf(arms);
  return (
    <Panel title={t("tests.variants")}>
      <WideTable label={t("tests.variants")} minWidth={620} verticalSpacing={8}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("tests.variant")}</Table.Th>
            <Table.Th ta="right">{t("tests.share")}</Table.Th>
            <Table.Th ta="right">{t("tests.came")}</Table.Th>
            <Table.Th ta="right">{t(`tests.successes.${experiment.measure}`)}</Table.Th>
            <Table.Th w="34%">{t("tests.rate")}</Table.Th>
            <Table.Th>{t("tests.contacts")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {arms.map((arm) => (
            <Table.Tr key={arm.name}>
              <Table.Td>
                <span className={classes.arm}>
                  {arm.name}
                  {experiment.winner?.arm === arm.name && (
                    <span className={classes.flag}>
                      <IconFlag size={13} aria-hidden /> {t("tests.winner")}
                    </span>
                  )}
                </span>
              </Table.Td>
              <Table.Td ta="right" className="num">
                {number(arm.percent)} %
              </Table.Td>
              <Table.Td ta="right" className="num">
                {number(arm.people ?? 0)}
              </Table.Td>
              <Table.Td ta="right" className="num">
                {number(arm.successes ?? 0)}
              </Table.Td>
              <Table.Td>
                <Rate arm={arm} scale={scale} />
              </Table.Td>
              <Table.Td>
                <People test={test} arm={arm} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
      <div className={classes.dim}>
        {t("tests.intervals", { confidence: number(experiment.confidence) })}{" "}
        {!experiment.verdict && t("tests.noReading")}
      </div>
    </Panel>
  );
}

function Rate({ arm, scale }: { arm: Arm; scale: number }) {
  const { t } = useTranslation();
  const number = useNumber();
  if (arm.rate == null || arm.low == null || arm.high == null) {
    return <span className={classes.dim}>{t("tests.nobody")}</span>;
  }
  const percent = (share: number) => `${Math.min(100, (100 * share) / scale)}%`;
  const place = {
    "--low": percent(arm.low),
    "--high": percent(arm.high),
    "--rate": percent(arm.rate),
  } as CSSProperties;
  return (
    <div className={classes.rate}>
      <span className="num">
        {t("tests.rateOf", {
          rate: number(100 * arm.rate),
          low: number(100 * arm.low),
          high: number(100 * arm.high),
        })}
      </span>
      <span className={classes.scale} style={place} aria-hidden>
        <span className={classes.interval} />
        <span className={classes.point} />
      </span>
    </div>
  );
}

/** The contacts of an arm, where the journey can tell them: at its first step, and gone on. */
function People({ test, arm }: { test: Test; arm: Arm }) {
  const { t } = useTranslation();
  const number = useNumber();
  const step = firstStepOf(test, arm.name);
  if (!step) return <span className={classes.dim}>{t("tests.shared")}</span>;
  const link = (state: "here" | "passed", count: number) => (
    <Link
      to="/journeys/$key/contacts"
      params={{ key: test.journey.key }}
      search={{ step: step.id, state }}
      className={`${classes.link} num`}
    >
      {t(`tests.at.${state}`, { number: number(count) })}
    </Link>
  );
  return (
    <span className={classes.people}>
      {link("here", step.counts.here)} {link("passed", step.counts.passed)}
    </span>
  );
}
