import { Button, Stack, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError, unwrap } from "@/api/client";
import { CodeInput } from "./code-input";

/** Takes the second step away, against a code. */
export function TurnOff() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [code, setCode] = useState("");
  const off = useMutation({
    mutationFn: () => unwrap(api.POST("/second-factor/off", { body: { code } })),
    onSuccess: () => {
      modals.closeAll();
      notifications.show({ color: "green", message: t("account.turnedOff") });
      return client.invalidateQueries({ queryKey: ["second-factor"] });
    },
  });
  const wrong = off.error instanceof ApiError && off.error.code === "wrong_code";
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        off.mutate();
      }}
    >
      <Stack gap="sm">
        <Text size="sm">{t("account.offText")}</Text>
        <CodeInput
          label={t("account.code")}
          description={t("account.codeText")}
          value={code}
          onChange={(next) => {
            setCode(next);
            off.reset();
          }}
          error={wrong ? t("account.wrongCode") : off.error?.message}
          autoFocus
        />
        <Button type="submit" size="sm" color="red.9" loading={off.isPending}>
          {t("account.turnOff")}
        </Button>
      </Stack>
    </form>
  );
}
