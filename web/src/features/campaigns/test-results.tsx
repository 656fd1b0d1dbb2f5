import { Table } from "@mantine/core";
import { IconFlag } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { useNumber } from "@/components/number";
import { Panel } from "@/components/page";
import { fullTime } from "@/components/time/format";
import { useTimeStyle } from "@/components/time/time";
import { WideTable } from "@/components/wide-table";
import classes from "./campaigns.module.css";
import type { Campaign } from "./queries";

type Test = Schemas["CampaignTest"];

/** The arms of a test side by side, and whether one has won. */
export function TestResults({ campaign, test }: { campaign: Campaign; test: Test }) {
  const { t } = useTranslation();
  const number = useNumber();
  const sentence = useSentence();
  const countsEvents = test.measure === "converted" || test.measure === "revenue";
  const isBandit = test.choose === "bandit";
  const hasTimes = test.arms.some((arm) => arm.time !== null);
  const percent = (part: number | null) => (part === null ? "" : `${number(part)} %`);
  const rate = (count: number, sent: number) =>
    sent === 0 ? number(count) : `${number(count)} · ${number((100 * count) / sent)} %`;
  return (
    <Panel title={t("campaigns.test")}>
      <p className={classes.verdict}>{sentence(test)}</p>
      <WideTable label={t("campaigns.arms")} minWidth={isBandit || hasTimes ? 720 : 560}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("campaigns.variant")}</Table.Th>
            <Table.Th>{t("campaigns.subject")}</Table.Th>
            {hasTimes && <Table.Th>{t("campaigns.armTime")}</Table.Th>}
            {isBandit && <Table.Th>{t("campaigns.share")}</Table.Th>}
            {isBandit && <Table.Th>{t("campaigns.best")}</Table.Th>}
            <Table.Th>{t("campaigns.sent")}</Table.Th>
            <Table.Th>{t("campaigns.opened")}</Table.Th>
            <Table.Th>{t("campaigns.clicked")}</Table.Th>
            {countsEvents && <Table.Th>{t("campaigns.converted")}</Table.Th>}
            {countsEvents && <Table.Th>{t("campaigns.revenue")}</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {test.arms.map((arm) => (
            <Table.Tr key={arm.name}>
              <Table.Td>
                <span className={classes.arm}>
                  {arm.name}
                  {test.winner === arm.name && (
                    <span className={classes.flag}>
                      <IconFlag size={12} aria-hidden /> {t("campaigns.winner")}
                    </span>
                  )}
                </span>
              </Table.Td>
              <Table.Td>{arm.subject ?? campaign.subject ?? t("campaigns.asTemplate")}</Table.Td>
              {hasTimes && <Table.Td className="num">{arm.time ?? ""}</Table.Td>}
              {isBandit && <Table.Td className="num">{percent(arm.share)}</Table.Td>}
              {isBandit && <Table.Td className="num">{percent(arm.best)}</Table.Td>}
              <Table.Td className="num">
                <Link
                  className={classes.link}
                  to="/campaigns/$key/recipients"
                  params={{ key: campaign.key }}
                  search={{ arm: arm.name, status: "sent" }}
                >
                  {number(arm.states.sent)}
                </Link>
              </Table.Td>
              <Table.Td className="num">{rate(arm.opened, arm.states.sent)}</Table.Td>
              <Table.Td className="num">{rate(arm.clicked, arm.states.sent)}</Table.Td>
              {countsEvents && (
                <Table.Td className="num">{rate(arm.converted, arm.states.sent)}</Table.Td>
              )}
              {countsEvents && <Table.Td className="num">{number(arm.revenue)}</Table.Td>}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
    </Panel>
  );
}

/** What the test says, in one sentence; nothing before it has looked. */
function useSentence() {
  const { t } = useTranslation();
  const number = useNumber();
  const style = useTimeStyle();
  const ofBandit = (test: Test, measure: string): string => {
    const { look } = test;
    if (look === null) {
      return test.lookDue === null
        ? t("campaigns.bandit.first", { sample: number(test.sample) })
        : t("campaigns.bandit.waiting", { time: fullTime(test.lookDue, style), measure });
    }
    const batch = number(test.batch);
    return look.arm === null
      ? t("campaigns.bandit.unclear", { batch })
      : t("campaigns.bandit.leading", {
          arm: look.arm,
          measure,
          batch,
          chance: number(100 * (1 - look.chance)),
        });
  };
  return (test: Test): string => {
    const measure = t(`campaigns.measures.${test.measure}`);
    if (test.choose === "bandit") return ofBandit(test, measure);
    if (test.look === null) {
      return test.lookDue === null
        ? t("campaigns.verdict.sampling", { sample: number(test.sample) })
        : t("campaigns.verdict.waiting", { time: fullTime(test.lookDue, style), measure });
    }
    const arm = test.winner ?? "";
    if (test.look.verdict === "winner") {
      return t("campaigns.verdict.winner", {
        arm,
        measure,
        chance: number(100 * test.look.chance),
      });
    }
    return t(
      test.look.verdict === "leading" ? "campaigns.verdict.leading" : "campaigns.verdict.unclear",
      { arm, measure },
    );
  };
}
