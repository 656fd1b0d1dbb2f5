import { Radio, Stack, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client";
import { useNumber } from "@/components/number";
import type { Journey } from "../queries";
import { ControlDialog } from "./control-dialog";

/** Nobody enters any more; those inside finish, or leave. */
export function ArchiveDialog({ journey }: { journey: Journey }) {
  const { t } = useTranslation();
  const number = useNumber();
  const navigate = useNavigate();
  const [inside, setInside] = useState<"finish" | "leave">("finish");
  const count = journey.counts.active;
  return (
    <ControlDialog
      confirm={t("editor.control.archive")}
      red
      act={() =>
        unwrap(
          api.DELETE("/definitions/{kind}/{key}", {
            params: {
              path: { kind: "journey", key: journey.key },
              query: { inside },
            },
          }),
        )
      }
      done={() => void navigate({ to: "/journeys" })}
    >
      <Text size="sm">{t("editor.control.archiveText")}</Text>
      {count > 0 && (
        <Radio.Group
          label={t("editor.inside.title", { count, number: number(count) })}
          value={inside}
          onChange={(next) => setInside(next === "leave" ? "leave" : "finish")}
        >
          <Stack gap={6} mt={6}>
            <Radio size="xs" value="finish" label={t("editor.control.finish")} />
            <Radio size="xs" value="leave" label={t("editor.control.leave")} />
          </Stack>
        </Radio.Group>
      )}
    </ControlDialog>
  );
}
