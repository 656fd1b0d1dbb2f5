import { Alert, Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter, useRouterState } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError, unwrap } from "@/api/client";
import { Front } from "@/components/front/front";
import { RowsSkeleton } from "@/components/states";

const lengthMin = 10;
const lengthMax = 200;

/** Where the link of an invitation leads; the token stands behind `#`, and no server log has it. */
export function JoinPage() {
  const { t } = useTranslation();
  const token = useRouterState({ select: (state) => state.location.hash });
  const { data, error } = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => unwrap(api.POST("/invitations/look", { body: { token } })),
    staleTime: Infinity,
    retry: false,
  });
  return (
    <Front title={data?.workspace ? t("join.title", { name: data.workspace }) : t("join.untitled")}>
      {error ? (
        <Refusal error={error} />
      ) : data ? (
        <JoinForm token={token} email={data.email} />
      ) : (
        <RowsSkeleton rows={3} />
      )}
    </Front>
  );
}

function Refusal({ error }: { error: Error }) {
  const { t } = useTranslation();
  const ended = error instanceof ApiError && error.code === "invitation_ended";
  return (
    <Alert color="red" icon={<IconAlertTriangle size={16} />} role="alert" mt="md">
      {ended ? t("join.ended") : error.message}
    </Alert>
  );
}

function JoinForm({ token, email }: { token: string; email: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const router = useRouter();
  const [password, setPassword] = useState("");
  const join = useMutation({
    mutationFn: () => unwrap(api.POST("/invitations/accept", { body: { token, password } })),
    onSuccess: (session) => {
      // Somebody else may have been signed in here.
      client.clear();
      client.setQueryData(["session"], session);
      router.history.replace("/");
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        join.mutate();
      }}
    >
      <Stack gap="md" mt="md">
        <Text size="sm">{t("join.text")}</Text>
        {join.error && <Refusal error={join.error} />}
        <TextInput
          size="sm"
          type="email"
          readOnly
          autoComplete="username"
          label={t("session.email")}
          value={email}
        />
        <PasswordInput
          size="sm"
          required
          autoFocus
          autoComplete="new-password"
          label={t("session.password")}
          description={t("setup.passwordText", { count: lengthMin })}
          minLength={lengthMin}
          maxLength={lengthMax}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" size="sm" loading={join.isPending}>
          {t("join.confirm")}
        </Button>
      </Stack>
    </form>
  );
}
