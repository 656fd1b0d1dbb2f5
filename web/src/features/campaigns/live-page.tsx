import type { ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { templatesQuery, type Campaign } from "./queries";
import { Page, Panel } from "@/components/page";
import { Status } from "@/components/status";
import { Time } from "@/components/time/time";
import { CampaignMenu } from "./campaign-menu";
import classes from "./campaigns.module.css";
import { Controls } from "./controls";
import { Hold } from "./hold";
import { Progress } from "./progress";
import { Resend } from "./resend";
import { Results } from "./results";
import { useReason, useSummary } from "./summary";
import { TestResults } from "./test-results";

/** A campaign that was started: how far it is, what came of it, and what can be done about it. */
export function LivePage({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const summary = useSummary();
  const reasonOf = useReason();
  const waits = campaign.state === "holding" || campaign.state === "scheduled";
  return (
    <Page
      title={campaign.name}
      parent={{ to: "/campaigns", title: t("nav.campaigns") }}
      meta={
        <>
          <Status state={campaign.state} />
          {campaign.reason && ` ${reasonOf(campaign.reason)}`}
        </>
      }
      actions={
        <>
          <Controls campaign={campaign} />
          {campaign.states.sent > 0 && <Resend campaign={campaign} />}
          <CampaignMenu campaign={campaign} />
        </>
      }
    >
      <p className={classes.sentence}>{summary(campaign)}</p>
      <div className={classes.sections}>
        {waits && <Hold campaign={campaign} />}
        {campaign.audience !== null && <Progress campaign={campaign} />}
        {campaign.audience !== null && <Results campaign={campaign} />}
        {campaign.test && <TestResults campaign={campaign} test={campaign.test} />}
        <About campaign={campaign} />
      </div>
    </Page>
  );
}

/** What it was started as. */
function About({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const templates = useQuery(templatesQuery).data?.items;
  const { who, when } = campaign;
  const names = (refs: { name: string }[]) => refs.map((each) => each.name).join(", ");
  const template = templates?.find((each) => each.key === campaign.template);
  const facts: [string, ReactNode][] = [
    [
      t("campaigns.who"),
      who.everyone
        ? t("campaigns.everyone")
        : who.resend
          ? `${t(`campaigns.resend.${who.resend.to}`)}: ${who.resend.campaign}`
          : names(who.in),
    ],
    [t("campaigns.except"), names(who.except)],
    [t("campaigns.template"), template?.name ?? campaign.template],
    [t("campaigns.subject"), campaign.subject],
    [t("campaigns.from"), campaign.from && (campaign.from.name || campaign.from.address)],
    [t("campaigns.topic"), campaign.topic],
    [t("campaigns.begins"), campaign.beginsAt && <Time at={campaign.beginsAt} as="full" />],
    [t("campaigns.localTime"), when.local?.replace("T", " ")],
    [t("campaigns.ended"), campaign.endedAt && <Time at={campaign.endedAt} as="full" />],
  ];
  return (
    <Panel title={t("campaigns.about")}>
      <dl className={classes.facts}>
        {facts
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name} style={{ display: "contents" }}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </Panel>
  );
}
