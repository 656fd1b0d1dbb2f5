import { Button, Stack, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconAlertTriangle, IconCircleCheck, IconSend } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { sendingQuery } from "@/api/queries";
import { useNumber } from "@/components/number";
import { Panel } from "@/components/page";
import { fullTime } from "@/components/time/format";
import { useTimeStyle } from "@/components/time/time";
import { problemsOf } from "@/drafts/definition-draft";
import type { Draft } from "@/drafts/draft-keeper";
import classes from "./campaigns.module.css";
import type { CampaignDraft } from "./draft";
import { audienceQuery, type Campaign, useCampaignAct } from "./queries";
import { approximately } from "./who";

interface Props {
  campaign: Campaign;
  draft: Draft;
  value: CampaignDraft;
}

/** What stands in the way, and the button that sends it. */
export function Check({ campaign, draft, value }: Props) {
  const { t } = useTranslation();
  const number = useNumber();
  const audience = useQuery(audienceQuery(campaign.key, draft.base.rev));
  const stopped = useQuery(sendingQuery).data?.stopped === true;
  const act = useCampaignAct(campaign.key);
  const saved = draft.state === "saved";
  const count = audience.data?.recipients ?? 0;
  const wrong = useWrong(draft, value);
  const people =
    audience.data &&
    approximately(audience.data) + t("campaigns.people", { count, number: number(count) });
  const timing = useTiming(value);
  const ask = () =>
    modals.openConfirmModal({
      title: t(value.send.kind === "now" ? "campaigns.sendTo" : "campaigns.scheduleFor", {
        people,
      }),
      children: (
        <Stack gap="xs">
          <Text size="sm">{timing}</Text>
          <Text size="sm">{t("campaigns.holdText")}</Text>
        </Stack>
      ),
      labels: {
        confirm: t(value.send.kind === "now" ? "campaigns.sendTo" : "campaigns.scheduleFor", {
          people,
        }),
        cancel: t("action.cancel"),
      },
      onConfirm: () => act.mutate("start"),
    });
  const warnings = [
    ...(stopped ? [t("campaigns.check.stopped")] : []),
    ...(audience.data && count === 0 ? [t("campaigns.check.nobody")] : []),
    ...(audience.data && !audience.data.exact && count > 0 ? [t("campaigns.check.notExact")] : []),
    ...(value.class === "marketing" && !value.topic ? [t("campaigns.check.noTopic")] : []),
  ];
  return (
    <Panel title={t("campaigns.check.title")}>
      <ul className={classes.checks} aria-live="polite">
        {wrong.map((text) => (
          <li key={text} data-level="error">
            <IconAlertTriangle size={15} aria-hidden /> {text}
          </li>
        ))}
        {warnings.map((text) => (
          <li key={text} data-level="warning">
            <IconAlertTriangle size={15} aria-hidden /> {text}
          </li>
        ))}
        {wrong.length === 0 && (
          <li data-level="good">
            <IconCircleCheck size={15} aria-hidden /> {t("campaigns.check.good")} {timing}
          </li>
        )}
      </ul>
      <Button
        size="sm"
        leftSection={<IconSend size={16} />}
        disabled={!saved || wrong.length > 0 || !audience.data}
        loading={act.isPending}
        onClick={ask}
      >
        {people === undefined
          ? t("campaigns.counting")
          : t(value.send.kind === "now" ? "campaigns.sendTo" : "campaigns.scheduleFor", { people })}
      </Button>
    </Panel>
  );
}

/** What must be mended first; the server's words where it has refused. */
function useWrong(draft: Draft, value: CampaignDraft): string[] {
  const { t } = useTranslation();
  const refused = problemsOf(draft.error).map((problem) => problem.message);
  if (refused.length > 0) return refused;
  return [
    ...(draft.state === "conflict" ? [t("campaigns.check.conflict")] : []),
    ...(draft.state === "offline" ? [t("campaigns.check.offline")] : []),
    ...(draft.state === "refused" && draft.error ? [draft.error.message] : []),
    ...(value.template === "" ? [t("campaigns.check.noTemplate")] : []),
  ];
}

/** When its messages go, in a sentence. */
function useTiming(value: CampaignDraft): string {
  const { t } = useTranslation();
  const style = useTimeStyle();
  const number = useNumber();
  const { send } = value;
  const throttle =
    send.perHour === null || send.kind === "local"
      ? ""
      : ` ${t("campaigns.timing.throttle", { number: number(send.perHour) })}`;
  if (send.kind === "local") {
    return t("campaigns.timing.local", { time: send.at.replace("T", " ") });
  }
  const begins =
    send.kind === "at" && send.at
      ? t("campaigns.timing.at", { time: fullTime(send.at, style) })
      : t("campaigns.timing.now");
  return begins + throttle;
}
