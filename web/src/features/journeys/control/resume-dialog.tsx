import { Radio, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client";
import type { Journey } from "../queries";
import { ControlDialog } from "./control-dialog";

const choices = ["replan", "send", "skip"] as const;
type Choice = (typeof choices)[number];

/** What becomes of what came due during the pause. */
export function ResumeDialog({ journey }: { journey: Journey }) {
  const { t } = useTranslation();
  const [overdue, setOverdue] = useState<Choice>("replan");
  const [spread, setSpread] = useState("");
  return (
    <ControlDialog
      confirm={t("editor.control.resume")}
      act={() =>
        unwrap(
          api.POST("/journeys/{key}/resume", {
            params: { path: { key: journey.key } },
            body: { overdue, ...(overdue === "send" && spread !== "" ? { spread } : {}) },
          }),
        )
      }
    >
      <Radio.Group
        label={t("editor.control.overdue")}
        value={overdue}
        onChange={(next) => setOverdue(choices.find((each) => each === next) ?? "replan")}
      >
        <Stack gap={6} mt={6}>
          {choices.map((choice) => (
            <Radio
              key={choice}
              size="xs"
              value={choice}
              label={t(`editor.control.overdues.${choice}`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      {overdue === "send" && (
        <TextInput
          size="xs"
          label={t("editor.control.spread")}
          placeholder="6h"
          value={spread}
          onChange={(event) => setSpread(event.currentTarget.value)}
        />
      )}
    </ControlDialog>
  );
}
