import { Button, Group, Stack, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  confirm: string;
  /** It takes something away. */
  red?: boolean;
  ready?: boolean;
  act: () => Promise<unknown>;
  done?: () => void;
  children: ReactNode;
}

/** A question before something is done, and what the server says where it is not. */
export function ControlDialog(props: Props) {
  const { confirm, red = false, ready = true, act, done, children } = props;
  const { t } = useTranslation();
  const client = useQueryClient();
  const run = useMutation({
    mutationFn: act,
    onSuccess: () => {
      void client.invalidateQueries();
      modals.closeAll();
      done?.();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) run.mutate();
      }}
    >
      <Stack gap="sm">
        {children}
        {run.error && (
          <Text size="sm" c="var(--app-text-bad)" role="alert">
            {run.error.message}
          </Text>
        )}
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={() => modals.closeAll()}>
            {t("action.cancel")}
          </Button>
          <Button
            type="submit"
            color={red ? "red.9" : undefined}
            disabled={!ready}
            loading={run.isPending}
          >
            {confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
