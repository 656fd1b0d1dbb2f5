import { MultiSelect, SegmentedControl, Select, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useNumber } from "@/components/number";
import { Panel } from "@/components/page";
import classes from "./campaigns.module.css";
import type { AudienceDraft, CampaignDraft } from "./draft";
import type { Change } from "./edit-page";
import { usePartChoices } from "./parts";
import { ProblemLines } from "./problem-lines";
import { type Audience, audienceQuery, type Campaign, campaignsQuery } from "./queries";

const kinds = ["parts", "everyone", "resend"] as const;
const partsMax = 50;

interface Props {
  campaign: Campaign;
  draft: CampaignDraft;
  change: Change;
  /** The revision that the server has, whose audience is counted. */
  rev: string;
  problems: string[];
}

/** Whom it is for, and how many that are now. */
export function Who({ campaign, draft, change, rev, problems }: Props) {
  const { t } = useTranslation();
  const parts = usePartChoices();
  const { audience } = draft;
  const set = (part: Partial<AudienceDraft>) => change({ audience: { ...audience, ...part } });
  const others = (useQuery(campaignsQuery).data?.items ?? []).filter(
    (each) => each.key !== campaign.key && each.audience !== null,
  );
  return (
    <Panel title={t("campaigns.who")}>
      <div className={classes.fields}>
        <SegmentedControl
          size="xs"
          aria-label={t("campaigns.who")}
          value={audience.kind}
          onChange={(next) => {
            const kind = kinds.find((each) => each === next) ?? "parts";
            const campaignKey = audience.resend.campaign || (others[0]?.key ?? "");
            set({ kind, resend: { ...audience.resend, campaign: campaignKey } });
          }}
          data={kinds.map((value) => ({
            value,
            label: t(`campaigns.audience.${value}`),
            disabled: value === "resend" && others.length === 0 && audience.kind !== "resend",
          }))}
        />
        {audience.kind === "parts" && (
          <MultiSelect
            size="xs"
            label={t("campaigns.in")}
            placeholder={audience.in.length === 0 ? t("campaigns.choose") : undefined}
            data={parts}
            value={audience.in}
            onChange={(next) => set({ in: next })}
            maxValues={partsMax}
            searchable
            error={audience.in.length === 0 && t("campaigns.inMissing")}
          />
        )}
        {audience.kind === "resend" && (
          <div className={classes.two}>
            <Select
              size="xs"
              label={t("campaigns.resendOf")}
              data={others.map((each) => ({ value: each.key, label: each.name }))}
              value={audience.resend.campaign}
              onChange={(key) => set({ resend: { ...audience.resend, campaign: key ?? "" } })}
              allowDeselect={false}
              searchable
            />
            <Select
              size="xs"
              label={t("campaigns.resendTo")}
              data={(["not_opened", "not_clicked"] as const).map((value) => ({
                value,
                label: t(`campaigns.resend.${value}`),
              }))}
              value={audience.resend.to}
              onChange={(to) =>
                set({
                  resend: {
                    ...audience.resend,
                    to: to === "not_clicked" ? "not_clicked" : "not_opened",
                  },
                })
              }
              allowDeselect={false}
            />
          </div>
        )}
        <MultiSelect
          size="xs"
          label={t("campaigns.except")}
          placeholder={audience.except.length === 0 ? t("campaigns.nobodyLeftOut") : undefined}
          data={parts}
          value={audience.except}
          onChange={(next) => set({ except: next })}
          maxValues={partsMax}
          searchable
        />
        <ProblemLines problems={problems} />
        <Reach campaignKey={campaign.key} rev={rev} />
      </div>
    </Panel>
  );
}

function Reach({ campaignKey, rev }: { campaignKey: string; rev: string }) {
  const { t } = useTranslation();
  const number = useNumber();
  const { data, error } = useQuery(audienceQuery(campaignKey, rev));
  if (error && !data) return <ProblemLines problems={[error.message]} />;
  if (!data) return <Skeleton height={44} />;
  return (
    <div className={classes.reach} aria-live="polite">
      <div className={`${classes.big} num`}>
        {approximately(data)}
        {t("campaigns.people", { count: data.recipients, number: number(data.recipients) })}
      </div>
      <div className={classes.dim}>
        {t("campaigns.reachOf", { count: data.contacts, number: number(data.contacts) })}
        {!data.exact && ` ${t("campaigns.notExact")}`}
      </div>
      {data.leftOut.length > 0 && (
        <ul className={classes.leftOut} aria-label={t("campaigns.leftOut")}>
          {data.leftOut.map((each) => (
            <li key={each.reason}>
              <span className="num">−{number(each.contacts)}</span>{" "}
              {t(`campaigns.why.${each.reason}`, { defaultValue: each.reason })}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

export const approximately = (audience: Audience) => (audience.exact ? "" : "≈ ");
