import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useNumber } from "@/components/number";
import { Panel } from "@/components/page";
import classes from "./campaigns.module.css";
import type { Campaign } from "./queries";

const outcomes = ["opened", "clicked", "bounced", "complained"] as const;

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
        {outcomes.map((outcome) => (
          <div key={outcome} className={classes.number}>
            <span className={`${classes.value} num`}>
              {number(campaign[outcome])}{" "}
              <span className={classes.rate}>{rate(campaign[outcome])}</span>
            </span>
            <span className={classes.label}>{t(`campaigns.${outcome}`)}</span>
          </div>
        ))}
        {measuresEvents && (
          <>
            <div className={classes.number}>
              <span className={`${classes.value} num`}>{number(campaign.converted)}</span>
              <span className={classes.label}>{t("campaigns.converted")}</span>
            </div>
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
