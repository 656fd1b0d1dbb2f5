import { Alert, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError, unwrap } from "@/api/client";
import { Front } from "@/components/front/front";

export function SignInPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const router = useRouter();
  const { next } = useSearch({ from: "/sign-in" });
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  // Once the server has asked for the second step, it stays on the page.
  const [second, setSecond] = useState(false);
  const signIn = useMutation({
    mutationFn: () =>
      unwrap(api.POST("/session", { body: { email, password, code: second ? code : null } })),
    onError: (error) => {
      if (error instanceof ApiError && error.code === "second_factor_needed") setSecond(true);
    },
    onSuccess: (session) => {
      client.setQueryData(["session"], session);
      // Only a path of this app: `//host` would leave it.
      const target = next && /^\/(?!\/)/.test(next) ? next : "/";
      router.history.push(target);
    },
  });
  const problem = signIn.error instanceof ApiError ? signIn.error.code : undefined;
  return (
    <Front title={t("session.title")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          signIn.mutate();
        }}
      >
        <Stack gap="md" mt="md">
          {signIn.error && problem !== "second_factor_needed" && (
            <Alert color="red" icon={<IconAlertTriangle size={16} />} role="alert">
              {problem === "sign_in_failed"
                ? t("session.wrong")
                : problem === "wrong_code"
                  ? t("session.wrongCode")
                  : signIn.error.message}
            </Alert>
          )}
          <TextInput
            size="sm"
            type="email"
            required
            autoFocus
            autoComplete="username"
            label={t("session.email")}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            size="sm"
            required
            autoComplete="current-password"
            label={t("session.password")}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {second && (
            <TextInput
              size="sm"
              required
              // It has just appeared, because the server asked for it.
              autoFocus
              autoComplete="one-time-code"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={100}
              label={t("session.code")}
              description={t("session.codeText")}
              value={code}
              onChange={(event) => setCode(event.currentTarget.value)}
            />
          )}
          <Button type="submit" size="sm" loading={signIn.isPending}>
            {t("session.signIn")}
          </Button>
        </Stack>
      </form>
    </Front>
  );
}
