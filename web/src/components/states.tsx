import { Button, Group, Skeleton, Stack, Text, ThemeIcon } from "@mantine/core";
import { IconAlertTriangle, IconCopy, IconRefresh } from "@tabler/icons-react";
import type { ComponentType, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";

export function RowsSkeleton({ rows = 8 }: { rows?: number }) {
  const { t } = useTranslation();
  return (
    <Stack gap={10} p="sm" role="status" aria-label={t("state.loading")}>
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} height={16} width={`${92 - ((index * 13) % 40)}%`} />
      ))}
    </Stack>
  );
}

interface EmptyProps {
  icon: ComponentType<{ size?: number; stroke?: number }>;
  title: string;
  text: string;
  action?: ReactNode;
  /** It is the whole page. */
  heading?: boolean;
}

/** Why there is nothing, and the one thing to do about it. */
export function Empty({ icon: Icon, title, text, action, heading }: EmptyProps) {
  return (
    <Stack align="center" gap={8} py={48} px="md" ta="center">
      <ThemeIcon size={44} radius="xl" variant="light" color="indigo" aria-hidden>
        <Icon size={22} stroke={1.6} />
      </ThemeIcon>
      <Text fw={600} size="md" component={heading ? "h1" : "p"} m={0}>
        {title}
      </Text>
      <Text c="dimmed" size="sm" maw={440}>
        {text}
      </Text>
      {action}
    </Stack>
  );
}

/** What happened, what to do, and the details to hand on. */
interface FailureProps {
  error: unknown;
  retry?: () => void;
  /** What can be done about this one besides trying again. */
  action?: ReactNode;
}

export function Failure({ error, retry, action }: FailureProps) {
  const { t } = useTranslation();
  const api = error instanceof ApiError ? error : undefined;
  const offline = api?.status === 0;
  const detail = error instanceof Error ? error.message : String(error);
  const fix = api?.fix ?? (offline ? t("state.offlineFix") : t("state.errorFix"));
  return (
    <Stack align="center" gap={8} py={48} px="md" ta="center" role="alert">
      <ThemeIcon size={44} radius="xl" variant="light" color="red" aria-hidden>
        <IconAlertTriangle size={22} stroke={1.6} />
      </ThemeIcon>
      <Text fw={600} size="md">
        {offline
          ? t("state.offline")
          : api?.status === 404
            ? t("state.notFound")
            : t("state.error")}
      </Text>
      <Text c="dimmed" size="sm" maw={440}>
        {detail}. {fix}
      </Text>
      <Group gap={8} justify="center">
        {action}
        {retry && (
          <Button leftSection={<IconRefresh size={15} />} variant="light" onClick={retry}>
            {t("state.retry")}
          </Button>
        )}
        <Button
          leftSection={<IconCopy size={15} />}
          variant="subtle"
          onClick={() =>
            void navigator.clipboard?.writeText(
              `${location.pathname}${location.search} ${api?.status ?? ""} ${api?.code ?? ""}: ${detail}`,
            )
          }
        >
          {t("state.copyDetails")}
        </Button>
      </Group>
    </Stack>
  );
}
