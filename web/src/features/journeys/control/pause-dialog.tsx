import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client";
import { useNumber } from "@/components/number";
import type { Journey } from "../queries";
import { ControlDialog } from "./control-dialog";

export function PauseDialog({ journey }: { journey: Journey }) {
  const { t } = useTranslation();
  const number = useNumber();
  const inside = journey.counts.active;
  return (
    <ControlDialog
      confirm={t("editor.control.pauseConfirm", { count: inside, number: number(inside) })}
      act={() =>
        unwrap(api.POST("/journeys/{key}/pause", { params: { path: { key: journey.key } } }))
      }
    >
      <Text size="sm">{t("editor.control.pauseText")}</Text>
    </ControlDialog>
  );
}
