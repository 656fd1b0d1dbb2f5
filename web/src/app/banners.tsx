import { Button, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconClockBolt, IconHandStop, IconPlugConnectedX } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client";
import { clockQuery, homeQuery } from "@/api/queries";
import { useConnection } from "@/api/stream";
import { useSendingSwitch } from "@/components/sending";
import { useNow } from "@/components/time/now";
import { Time } from "@/components/time/time";
import classes from "./shell.module.css";

/** What must be known on every page. */
export function Banners() {
  return (
    <div>
      <LostBanner />
      <StopBanner />
      <ClockBanner />
    </div>
  );
}

function LostBanner() {
  const { t } = useTranslation();
  if (useConnection() !== "lost") return null;
  return (
    <div className={`${classes.banner} ${classes.lost}`} role="status">
      <IconPlugConnectedX size={16} aria-hidden />
      {t("live.banner")}
    </div>
  );
}

function StopBanner() {
  const { t } = useTranslation();
  const home = useQuery(homeQuery).data;
  const { askResume, pending } = useSendingSwitch();
  if (!home?.sending.stopped) return null;
  return (
    <div className={`${classes.banner} ${classes.stop}`} role="alert">
      <IconHandStop size={16} aria-hidden />
      <strong>{t("sending.banner")}</strong>
      {home.sending.reason && <span>{t("sending.because", { reason: home.sending.reason })}</span>}
      <span className={classes.spacer} />
      <Button
        size="compact-xs"
        color="red"
        variant="outline"
        c="var(--app-text-bad)"
        loading={pending}
        onClick={() => askResume(home.messagesQueued)}
      >
        {t("sending.resume")}
      </Button>
    </div>
  );
}

const jumps = ["1h", "1d", "7d"] as const;

function ClockBanner() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const clock = useQuery(clockQuery).data;
  const now = useNow();
  const advance = useMutation({
    mutationFn: (by: string) => unwrap(api.POST("/clock", { body: { advance: by } })),
    onSuccess: () => client.invalidateQueries(),
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  if (!clock?.virtual) return null;
  return (
    <div className={`${classes.banner} ${classes.clock}`}>
      <IconClockBolt size={16} aria-hidden />
      <strong>{t("clock.banner")}</strong>
      <Time at={new Date(now).toISOString()} as="full" />
      <span className={classes.spacer} />
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            size="compact-xs"
            variant="outline"
            color="violet"
            c="var(--app-text-violet)"
            loading={advance.isPending}
          >
            {t("clock.advance")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {jumps.map((by) => (
            <Menu.Item key={by} onClick={() => advance.mutate(by)}>
              {t(`clock.${by}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
