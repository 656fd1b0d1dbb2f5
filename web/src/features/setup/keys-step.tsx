import { Alert, Button, Stack, Text } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { CopyBlock } from "@/components/copy";
import { Front } from "@/components/front/front";
import { Snippets } from "@/components/snippet";

interface Props {
  result: Schemas["SetupResult"];
  origin: string;
}

/** The end of the setup: the keys, once, and the way to the first event. */
export function KeysStep({ result, origin }: Props) {
  const { t } = useTranslation();
  return (
    <Front
      wide
      title={t("setup.doneTitle", { name: result.session.workspace.name })}
      aside={
        <Text size="sm" c="dimmed" fw={400}>
          {t("setup.step", { step: 3, of: 3 })}
        </Text>
      }
    >
      <Text c="dimmed" size="sm" mb="lg">
        {t("setup.doneText")}
      </Text>
      <Stack gap="md">
        <Key name={t("setup.serverKey")} text={result.serverKey} />
        <Key name={t("setup.apiKey")} text={result.apiKey} />
        <Alert color="yellow" icon={<IconKey size={16} />} c="var(--mantine-color-text)">
          {t("setup.serverKeyOnce")}
        </Alert>
        <Key name={t("setup.browserKey")} text={result.browserKey} />
        <Snippets origin={origin} browserKey={result.browserKey} serverKey={result.serverKey} />
        <Button component={Link} to="/" size="sm">
          {t("setup.open")}
        </Button>
      </Stack>
    </Front>
  );
}

function Key({ name, text }: { name: string; text: string }) {
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        {name}
      </Text>
      <CopyBlock what={name} text={text} wrap />
    </div>
  );
}
