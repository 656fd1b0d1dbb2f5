import { Button } from "@mantine/core";
import { IconHandStop, IconPlugConnectedX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/permissions";
import { clockQuery, homeQuery } from "@/api/queries";
import { useConnection } from "@/api/stream";
import { useSendingSwitch } from "@/components/sending";
import classes from "./shell.module.css";

const ClockBanner = lazy(() =>
  import("./clock-banner").then((module) => ({ default: module.ClockBanner })),
);

/** What must be known on every page. */
export function Banners() {
  const { t } = useTranslation();
  const clock = useQuery(clockQuery).data;
  return (
    <section aria-label={t("shell.notices")}>
      <LostBanner />
      <StopBanner />
      {clock?.virtual && (
        <Suspense fallback={null}>
          <ClockBanner />
        </Suspense>
      )}
    </section>
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
  const may = useMay("write");
  if (!home?.sending.stopped) return null;
  return (
    <div className={`${classes.banner} ${classes.stop}`} role="alert">
      <IconHandStop size={16} aria-hidden />
      <strong>{t("sending.banner")}</strong>
      {home.sending.reason && <span>{t("sending.because", { reason: home.sending.reason })}</span>}
      <span className={classes.spacer} />
      {may && (
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
      )}
    </div>
  );
}
