import { Button, Stack, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useTranslation } from "react-i18next";
import { CopyBlock } from "@/components/copy";
import { Time } from "@/components/time/time";
import type { WithSecret } from "./queries";

/** Shows the secret this once. */
export function useShowSecret(): (webhook: WithSecret) => void {
  const { t } = useTranslation();
  return (webhook) =>
    modals.open({ title: t("webhooks.secretTitle"), children: <Secret webhook={webhook} /> });
}

export function Secret({ webhook }: { webhook: WithSecret }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <Text size="sm">{t("webhooks.secretText")}</Text>
      <CopyBlock text={webhook.secret} what={t("webhooks.secret")} wrap />
      {webhook.oldSecretUntil && (
        <Text size="sm">
          {t("webhooks.oldSecretUntil")} <Time at={webhook.oldSecretUntil} />
        </Text>
      )}
      <Button size="sm" onClick={() => modals.closeAll()}>
        {t("action.close")}
      </Button>
    </Stack>
  );
}
