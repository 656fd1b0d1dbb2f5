import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNumber } from "@/components/number";
import { Panel } from "@/components/page";
import classes from "./campaigns.module.css";
import type { Campaign, CampaignAnswer } from "./queries";

const outcomes = [
  { answer: "opened", member: "opened" },
  { answer: "clicked", member: "clicked" },
  { answer: "bounced", member: "bounced" },
  { answer: "complained", member: "complained" },
  { answer: "unsubscribed", member: "unsubscribed" },
  { answer: "machine_opened", member: "machineOpened" },
] as const;

/** What contacts did with it; opens and clicks of machines are not among them. */
export function Results({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const number = useNumber();
  const { sent } = campaign.states;
  const rate = (count: number) => (sent === 0 ? "" : `${number((100 * count) / sent)} %`);
  const measuresEvents = campaign.converted > 0 || campaign.revenue > 0;
  return (
    <Panel title={t("campaigns.results")}>
      <div className={classes.numbers}>
        {outcomes.map(({ answer, member }) => (
          <People key={answer} campaign={campaign} answer={answer}>
            <span className={`${classes.value} num`}>
              {number(campaign[member])}{" "}
              <span className={classes.rate}>{rate(campaign[member])}</span>
            </span>
          </People>
        ))}
        {measuresEvents && (
          <>
            <People campaign={campaign} answer="converted">
              <span className={`${classes.value} num`}>{number(campaign.converted)}</span>
            </People>
            <div className={classes.number}>
              <span className={`${classes.value} num`}>{number(campaign.revenue)}</span>
              <span className={classes.label}>{t("campaigns.revenue")}</span>
            </div>
          </>
        )}
      </div>
      <p className={classes.hint}>
        {t("campaigns.resultsText")}{" "}
        <Link to="/campaigns/$key/recipients" params={{ key: campaign.key }} search={{}}>
          {t("campaigns.everyRecipient")}
        </Link>
      </p>
    </Panel>
  );
}

/** A number that leads to the people it counts. */
function People(props: { campaign: Campaign; answer: CampaignAnswer; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Link
      to="/campaigns/$key/recipients"
      params={{ key: props.campaign.key }}
      search={{ answer: props.answer }}
      className={classes.number}
    >
      {props.children}
      <span className={classes.label}>{t(`campaigns.answers.${props.answer}`)}</span>
    </Link>
  );
}
