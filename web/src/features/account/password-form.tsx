import { Button, PasswordInput, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError, unwrap } from "@/api/client";

const lengthMin = 10;
const lengthMax = 200;

/** Changes the own password; every other browser is signed out. */
export function PasswordForm() {
  const { t } = useTranslation();
  const [present, setPresent] = useState("");
  const [password, setPassword] = useState("");
  const change = useMutation({
    mutationFn: () => unwrap(api.POST("/password", { body: { present, password } })),
    onSuccess: () => {
      setPresent("");
      setPassword("");
      notifications.show({ color: "green", message: t("account.passwordChanged") });
    },
  });
  const wrong = change.error instanceof ApiError && change.error.code === "wrong_password";
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate();
      }}
    >
      <Stack gap="sm" maw={360}>
        <Text size="sm" c="dimmed">
          {t("account.passwordText")}
        </Text>
        <PasswordInput
          label={t("account.present")}
          value={present}
          onChange={(event) => {
            setPresent(event.currentTarget.value);
            change.reset();
          }}
          error={wrong && t("account.wrong")}
          maxLength={lengthMax}
          autoComplete="current-password"
          required
        />
        <PasswordInput
          label={t("account.next")}
          description={t("account.lengthText", { count: lengthMin })}
          value={password}
          onChange={(event) => {
            setPassword(event.currentTarget.value);
            change.reset();
          }}
          error={!wrong && change.error?.message}
          minLength={lengthMin}
          maxLength={lengthMax}
          autoComplete="new-password"
          required
        />
        <Button type="submit" size="sm" loading={change.isPending} style={{ justifySelf: "start" }}>
          {t("account.changePassword")}
        </Button>
      </Stack>
    </form>
  );
}
