import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { useNumber } from "@/components/number";
import { fullTime } from "@/components/time/format";
import { useTimeStyle } from "@/components/time/time";

type Summary = Schemas["CampaignSummary"];

const known = ["by_hand", "bounce_rate", "failure_rate", "complaint_rate"] as const;

/** Why a campaign is paused or stopped, in words. */
export function useReason() {
  const { t } = useTranslation();
  return (reason: string): string => {
    const code = known.find((each) => each === reason);
    return code ? t(`campaigns.reason.${code}`) : reason;
  };
}

/** A campaign in one sentence: what it is waiting for, or what came of it. */
export function useSummary() {
  const { t } = useTranslation();
  const number = useNumber();
  const style = useTimeStyle();
  const reasonOf = useReason();
  return (campaign: Summary): string => {
    const { state, audience, startedAt, startedBy, beginsAt, endedAt, reason } = campaign;
    if (state === "draft") return t("campaigns.says.draft");
    if (state === "cancelled") return t("campaigns.says.cancelled");
    if (state === "scheduled" || state === "holding") {
      return beginsAt === null
        ? t("campaigns.says.waits")
        : t("campaigns.says.begins", { time: fullTime(beginsAt, style) });
    }
    const people =
      audience === null ? "" : t("campaigns.people", { count: audience, number: number(audience) });
    if (state === "paused") {
      return t("campaigns.says.paused", { people, reason: reason ? reasonOf(reason) : "" });
    }
    const time = endedAt ?? startedAt;
    return t(endedAt ? "campaigns.says.ended" : "campaigns.says.started", {
      people,
      time: time === null ? "" : fullTime(time, style),
      by: startedBy ?? t("campaigns.nobody"),
    });
  };
}
