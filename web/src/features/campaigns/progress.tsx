import { Progress as Bar } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useNumber } from "@/components/number";
import { Panel } from "@/components/page";
import classes from "./campaigns.module.css";
import type { Campaign } from "./queries";

const shown = ["sent", "queued", "retry", "skipped", "failed", "cancelled", "uncertain"] as const;

/** How many of its messages have an outcome, and which; each number leads to its contacts. */
export function Progress({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const number = useNumber();
  const { states } = campaign;
  const audience = campaign.audience ?? 0;
  const waiting = states.queued + states.retry + states.claimed + states.committing;
  const open = waiting + (campaign.notReached ?? 0);
  const done = Math.max(0, audience - open);
  const percent = audience === 0 ? 100 : (done / audience) * 100;
  return (
    <Panel title={t("campaigns.progress")}>
      <div className={classes.progressHead}>
        <span className="num">
          {t("campaigns.done", {
            count: audience,
            done: number(done),
            number: number(audience),
          })}
        </span>
        <span className="num">{number(Math.floor(percent))} %</span>
      </div>
      <Bar value={percent} aria-label={t("campaigns.progress")} size="md" />
      <div className={classes.numbers}>
        {shown
          .map((state) => ({
            state,
            count:
              state === "queued"
                ? states.queued + states.claimed + states.committing
                : states[state],
          }))
          .filter(({ state, count }) => state === "sent" || count > 0)
          .map(({ state, count }) => (
            <Link
              key={state}
              to="/campaigns/$key/recipients"
              params={{ key: campaign.key }}
              search={{ status: state }}
              className={classes.number}
            >
              <span className={`${classes.value} num`}>{number(count)}</span>
              <span className={classes.label}>{t(`status.${state}`)}</span>
            </Link>
          ))}
        {(campaign.notReached ?? 0) > 0 && (
          <div className={classes.number}>
            <span className={`${classes.value} num`}>{number(campaign.notReached ?? 0)}</span>
            <span className={classes.label}>{t("campaigns.notReached")}</span>
          </div>
        )}
        {(campaign.gone ?? 0) > 0 && (
          <div className={classes.number}>
            <span className={`${classes.value} num`}>{number(campaign.gone ?? 0)}</span>
            <span className={classes.label}>{t("campaigns.gone")}</span>
          </div>
        )}
      </div>
      <Reasons campaign={campaign} />
    </Panel>
  );
}

/** Why messages were not sent. */
function Reasons({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const number = useNumber();
  const reasons = [
    ...campaign.skipped.map((each) => ({ ...each, status: "skipped" as const })),
    ...campaign.failed.map((each) => ({ ...each, status: "failed" as const })),
  ];
  if (reasons.length === 0) return null;
  return (
    <ul className={classes.leftOut} aria-label={t("campaigns.whyNot")}>
      {reasons.map((each) => (
        <li key={`${each.status} ${each.reason}`}>
          <span className="num">{number(each.messages)}</span> {each.reason}
        </li>
      ))}
    </ul>
  );
}
