import { Button } from "@mantine/core";
import { IconHandStop } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { useMay } from "@/api/permissions";
import { useSendingSwitch } from "@/components/sending";
import classes from "./shell.module.css";

/** That nothing is sent, and the way back. */
export function StopBanner({ home }: { home: Schemas["Home"] }) {
  const { t } = useTranslation();
  const { askResume, pending } = useSendingSwitch();
  const may = useMay("write");
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
