import { Button, Menu, Stack, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconArrowsSplit, IconChevronDown, IconFlag } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Test } from "./experiments";
import { useWinner } from "./queries";

/** A person's decision: an arm for everybody, or back to the split. */
export function Decide({ test }: { test: Test }) {
  const { t } = useTranslation();
  const winner = useWinner(test.journey.key, test.step.id);
  const stands = test.experiment.winner;
  const ask = (arm: string) =>
    modals.openConfirmModal({
      title: t("tests.decideTitle", { arm }),
      children: (
        <Stack gap="xs">
          <Text size="sm">{t("tests.decideText")}</Text>
          {!test.experiment.verdict && (
            <Text size="sm" fw={600}>
              {t("tests.decideEarly")}
            </Text>
          )}
        </Stack>
      ),
      labels: { confirm: t("tests.decideConfirm", { arm }), cancel: t("action.cancel") },
      onConfirm: () => winner.mutate(arm),
    });
  const askBack = () =>
    modals.openConfirmModal({
      title: t("tests.backTitle"),
      children: (
        <Text size="sm">
          {t(test.experiment.verdict ? "tests.backTextLooked" : "tests.backText")}
        </Text>
      ),
      labels: { confirm: t("tests.back"), cancel: t("action.cancel") },
      onConfirm: () => winner.mutate(null),
    });
  return (
    <>
      {stands && (
        <Button
          variant="default"
          leftSection={<IconArrowsSplit size={15} />}
          loading={winner.isPending}
          onClick={askBack}
        >
          {t("tests.back")}
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            variant="default"
            leftSection={<IconFlag size={15} />}
            rightSection={<IconChevronDown size={14} />}
            loading={winner.isPending}
          >
            {t("tests.decide")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {test.arms
            .filter((arm) => arm.name !== stands?.arm)
            .map((arm) => (
              <Menu.Item key={arm.name} onClick={() => ask(arm.name)}>
                {t("tests.decideConfirm", { arm: arm.name })}
              </Menu.Item>
            ))}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
