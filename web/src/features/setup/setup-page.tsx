import { Alert, Button, PasswordInput, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconAlertTriangle, IconArrowRight } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError, type Schemas, unwrap } from "@/api/client";
import { setupQuery } from "@/api/queries";
import { Front } from "@/components/front/front";
import { KeysStep } from "./keys-step";

const passwordMin = 10;

/** Two short steps, then the keys. */
export function SetupPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const state = useQuery(setupQuery).data;
  const [step, setStep] = useState<1 | 2 | 3>(1);
  const [form, setForm] = useState(() => ({
    workspaceName: "",
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    publicUrl: location.origin,
    email: "",
    password: "",
  }));
  const set = (field: keyof typeof form) => (value: string) =>
    setForm((now) => ({ ...now, [field]: value }));

  const create = useMutation({
    mutationFn: (body: Schemas["SetupRequest"]) => unwrap(api.POST("/setup", { body })),
    onSuccess: (result) => {
      client.setQueryData(["setup", "result"], result);
      client.setQueryData(["session"], result.session);
      void client.invalidateQueries({ queryKey: ["setup"], exact: true });
      setStep(3);
    },
    onError: (error) => {
      const early = ["workspaceName", "publicUrl", "timezone"];
      if (error instanceof ApiError && early.includes(error.field ?? "")) setStep(1);
    },
  });
  const problem = create.error instanceof ApiError ? create.error : undefined;
  const errorOf = (field: keyof typeof form) =>
    problem?.field === field ? problem.message : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (step === 1) setStep(2);
    else create.mutate(form);
  };

  if (step === 3 && create.data) return <KeysStep result={create.data} origin={form.publicUrl} />;
  return (
    <Front
      title={step === 1 ? t("setup.workspaceTitle") : t("setup.userTitle")}
      aside={
        <Text size="sm" c="dimmed" fw={400}>
          {t("setup.step", { step, of: 3 })}
        </Text>
      }
    >
      <Text c="dimmed" size="sm" mb="lg">
        {step === 1 ? t("setup.workspaceText") : t("setup.userText")}
      </Text>
      <form onSubmit={submit}>
        <Stack gap="md">
          {problem && !errorOf(problem.field as keyof typeof form) && (
            <Alert color="red" icon={<IconAlertTriangle size={16} />} title={t("setup.failed")}>
              {problem.message}. {problem.fix}
            </Alert>
          )}
          {step === 1 ? (
            <>
              <TextInput
                size="sm"
                required
                autoFocus
                maxLength={100}
                label={t("setup.workspaceName")}
                placeholder={t("setup.workspaceExample")}
                value={form.workspaceName}
                error={errorOf("workspaceName")}
                onChange={(event) => set("workspaceName")(event.currentTarget.value)}
              />
              <TextInput
                size="sm"
                type="url"
                required
                label={t("setup.publicUrl")}
                description={t("setup.publicUrlText")}
                value={form.publicUrl}
                error={errorOf("publicUrl")}
                onChange={(event) => set("publicUrl")(event.currentTarget.value)}
              />
              <Select
                size="sm"
                searchable
                allowDeselect={false}
                label={t("setup.timezone")}
                data={zones(form.timezone)}
                limit={50}
                value={form.timezone}
                error={errorOf("timezone")}
                onChange={(value) => value && set("timezone")(value)}
              />
              <Button type="submit" size="sm" rightSection={<IconArrowRight size={15} />}>
                {t("setup.next")}
              </Button>
            </>
          ) : (
            <>
              <TextInput
                key="email"
                size="sm"
                type="email"
                required
                autoFocus
                autoComplete="username"
                label={t("session.email")}
                value={form.email}
                error={errorOf("email")}
                onChange={(event) => set("email")(event.currentTarget.value)}
              />
              <PasswordInput
                size="sm"
                required
                minLength={passwordMin}
                autoComplete="new-password"
                label={t("session.password")}
                description={t("setup.passwordText", { count: passwordMin })}
                value={form.password}
                error={errorOf("password")}
                onChange={(event) => set("password")(event.currentTarget.value)}
              />
              <Button type="submit" size="sm" loading={create.isPending}>
                {t("setup.create")}
              </Button>
              <Button variant="subtle" size="sm" onClick={() => setStep(1)}>
                {t("setup.back")}
              </Button>
            </>
          )}
        </Stack>
      </form>
      {state && (
        <Text size="xs" c="dimmed" mt="lg" ta="center">
          {t("setup.version", { version: state.version })}
        </Text>
      )}
    </Front>
  );
}

function zones(own: string): string[] {
  const all = Intl.supportedValuesOf("timeZone");
  return [...new Set([own, "UTC", ...all])];
}
