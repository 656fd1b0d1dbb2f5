import { Button, Progress } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { clockQuery } from "@/api/queries";
import { Panel } from "@/components/page";
import { relativeTime } from "@/components/time/format";
import { useTimeStyle } from "@/components/time/time";
import classes from "./campaigns.module.css";
import { type Campaign, useCampaignAct } from "./queries";

const tick = 1_000;
const minute = 60_000;

/** The time in which a started campaign can still be called off. */
export function Hold({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const style = useTimeStyle();
  const act = useCampaignAct(campaign.key);
  const offset = useQuery(clockQuery).data?.offset ?? 0;
  const [real, setReal] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setReal(Date.now()), tick);
    return () => clearInterval(timer);
  }, []);
  const now = real + offset;
  const left = campaign.beginsAt === null ? null : Date.parse(campaign.beginsAt) - now;
  const text =
    left === null
      ? t("campaigns.holds")
      : left <= 0
        ? t("campaigns.beginning")
        : left <= minute
          ? t("campaigns.beginsIn", { count: Math.ceil(left / 1000) })
          : t("campaigns.beginsAt", { time: relativeTime(campaign.beginsAt!, now, style) });
  return (
    <Panel>
      <div className={classes.hold}>
        <div>
          <strong role="timer">{text}</strong>
          <div className={classes.dim}>{t("campaigns.holdNote")}</div>
        </div>
        <Button
          size="sm"
          leftSection={<IconArrowBackUp size={16} />}
          loading={act.isPending}
          onClick={() => act.mutate("cancel")}
        >
          {t("campaigns.cancel")}
        </Button>
      </div>
      {left !== null && left <= minute && (
        <Progress
          mt={10}
          value={Math.max(0, Math.min(100, 100 - (left / minute) * 100))}
          aria-label={t("campaigns.holdProgress")}
        />
      )}
    </Panel>
  );
}
