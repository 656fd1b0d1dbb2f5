import { Button, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconHandStop, IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useNumber } from "@/components/number";
import { type Campaign, useCampaignAct } from "./queries";

/** Pause, resume and stop, as the state allows. */
export function Controls({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const number = useNumber();
  const act = useCampaignAct(campaign.key);
  const { state, states } = campaign;
  const left = states.queued + states.retry + (campaign.notReached ?? 0);
  const askStop = () =>
    modals.openConfirmModal({
      title: t("campaigns.stopTitle"),
      children: (
        <Text size="sm">{t("campaigns.stopText", { count: left, number: number(left) })}</Text>
      ),
      labels: { confirm: t("campaigns.stop"), cancel: t("action.cancel") },
      confirmProps: { color: "red.9" },
      onConfirm: () => act.mutate("stop"),
    });
  if (state !== "sending" && state !== "paused") return null;
  return (
    <>
      {state === "sending" ? (
        <Button
          variant="default"
          leftSection={<IconPlayerPause size={15} />}
          loading={act.isPending}
          onClick={() => act.mutate("pause")}
        >
          {t("campaigns.pause")}
        </Button>
      ) : (
        <Button
          leftSection={<IconPlayerPlay size={15} />}
          loading={act.isPending}
          onClick={() => act.mutate("resume")}
        >
          {t("campaigns.resume")}
        </Button>
      )}
      <Button
        variant="default"
        leftSection={<IconHandStop size={15} />}
        disabled={act.isPending}
        onClick={askStop}
      >
        {t("campaigns.stop")}
      </Button>
    </>
  );
}
