import { Button, PasswordInput, Stack, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError, type Schemas, unwrap } from "@/api/client";
import { CopyBlock } from "@/components/copy";
import { CodeInput } from "./code-input";
import { QrCode } from "./qr-code";

/** Three steps: the password again, the app's first code, the recovery codes. */
export function TurnOn() {
  const [start, setStart] = useState<Schemas["SecondFactorStart"]>();
  const [codes, setCodes] = useState<string[]>();
  if (codes) return <RecoveryCodes codes={codes} />;
  if (start) return <FirstCode start={start} onDone={setCodes} />;
  return <PasswordAgain onDone={setStart} />;
}

function PasswordAgain({ onDone }: { onDone: (start: Schemas["SecondFactorStart"]) => void }) {
  const { t } = useTranslation();
  const [password, setPassword] = useState("");
  const begin = useMutation({
    mutationFn: () => unwrap(api.POST("/second-factor/start", { body: { password } })),
    onSuccess: onDone,
  });
  const wrong = begin.error instanceof ApiError && begin.error.code === "wrong_password";
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        begin.mutate();
      }}
    >
      <Stack gap="sm">
        <Text size="sm">{t("account.onText")}</Text>
        <PasswordInput
          label={t("account.present")}
          value={password}
          onChange={(event) => {
            setPassword(event.currentTarget.value);
            begin.reset();
          }}
          error={wrong ? t("account.wrong") : begin.error?.message}
          autoComplete="current-password"
          maxLength={200}
          required
          data-autofocus
        />
        <Button type="submit" size="sm" loading={begin.isPending}>
          {t("account.goOn")}
        </Button>
      </Stack>
    </form>
  );
}

interface FirstCodeProps {
  start: Schemas["SecondFactorStart"];
  onDone: (codes: string[]) => void;
}

function FirstCode({ start, onDone }: FirstCodeProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [code, setCode] = useState("");
  const confirm = useMutation({
    mutationFn: () => unwrap(api.POST("/second-factor", { body: { start: start.start, code } })),
    onSuccess: ({ recoveryCodes }) => {
      onDone(recoveryCodes);
      return client.invalidateQueries({ queryKey: ["second-factor"] });
    },
  });
  const wrong = confirm.error instanceof ApiError && confirm.error.code === "wrong_code";
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        confirm.mutate();
      }}
    >
      <Stack gap="sm">
        <Text size="sm">{t("account.scan")}</Text>
        <QrCode text={start.uri} label={t("account.qr")} />
        <CopyBlock text={start.secret} what={t("account.secret")} wrap />
        <CodeInput
          label={t("account.firstCode")}
          value={code}
          onChange={(next) => {
            setCode(next);
            confirm.reset();
          }}
          error={wrong ? t("account.wrongCode") : confirm.error?.message}
          autoFocus
        />
        <Button type="submit" size="sm" loading={confirm.isPending}>
          {t("account.turnOn")}
        </Button>
      </Stack>
    </form>
  );
}

function RecoveryCodes({ codes }: { codes: string[] }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <Text size="sm" role="status">
        {t("account.recoveryText")}
      </Text>
      <CopyBlock text={codes.join("\n")} what={t("account.recovery")} />
      <Button size="sm" onClick={() => modals.closeAll()}>
        {t("account.kept")}
      </Button>
    </Stack>
  );
}
