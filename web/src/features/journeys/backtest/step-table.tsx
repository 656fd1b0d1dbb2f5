import { Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { KindIcon } from "@/components/kind";
import { useNumber } from "@/components/number";
import type { Step } from "../queries";
import { useStepName } from "../step-name";
import { WideTable } from "@/components/wide-table";
import classes from "./backtest.module.css";
import type { Backtest } from "./queries";

const numbers = ["passed", "sent", "opened", "clicked", "waiting"] as const;

/** What each step would have done, in the order of the journey. */
export function StepTable({ report, steps }: { report: Backtest; steps: Step[] }) {
  const { t } = useTranslation();
  const number = useNumber();
  const nameOf = useStepName();
  const byId = new Map(steps.map((step) => [step.id, step]));
  const sum = (counts: { count: number }[]) => counts.reduce((all, { count }) => all + count, 0);
  return (
    <WideTable label={t("backtest.steps")} minWidth={640}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("backtest.step")}</Table.Th>
          {numbers.map((each) => (
            <Table.Th key={each} ta="right">
              {t(`backtest.columns.${each}`)}
            </Table.Th>
          ))}
          <Table.Th ta="right">{t("backtest.columns.held")}</Table.Th>
          <Table.Th ta="right">{t("backtest.columns.skipped")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {report.steps.map((row) => {
          const step = byId.get(row.id);
          return (
            <Table.Tr key={row.id}>
              <Table.Td>
                <span className={classes.step}>
                  {step && <KindIcon kind={step.kind} />}
                  <span title={step?.summary}>{step ? nameOf(step) : row.id}</span>
                </span>
              </Table.Td>
              {numbers.map((each) => (
                <Table.Td key={each} ta="right" className="num">
                  {number(row[each])}
                </Table.Td>
              ))}
              <Table.Td ta="right" className="num">
                {number(sum(row.held))}
              </Table.Td>
              <Table.Td ta="right" className="num">
                {number(sum(row.skipped))}
              </Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </WideTable>
  );
}
