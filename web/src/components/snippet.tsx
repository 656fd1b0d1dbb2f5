import { Stack, Tabs, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { CopyBlock } from "./copy";

/** What goes into the pages of a website. */
export function browserSnippet(origin: string, key: string): string {
  return `<script async src="${origin}/sojourn.js" data-write-key="${key}"></script>`;
}

/** A first event from a terminal or a server. */
export function serverExample(origin: string, key: string): string {
  return [
    `curl ${origin}/v1/track -u ${key}: \\`,
    `  -H 'content-type: application/json' \\`,
    `  -d '{"userId":"ann","event":"Page Viewed","properties":{"path":"/pricing"}}'`,
  ].join("\n");
}

interface Props {
  origin: string;
  browserKey: string;
  serverKey: string;
}

export function Snippets({ origin, browserKey, serverKey }: Props) {
  const { t } = useTranslation();
  return (
    <Tabs defaultValue="browser">
      <Tabs.List mb="sm">
        <Tabs.Tab value="browser">{t("snippet.browser")}</Tabs.Tab>
        <Tabs.Tab value="server">{t("snippet.server")}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="browser">
        <Stack gap={6}>
          <Text size="sm">{t("snippet.browserText")}</Text>
          <CopyBlock wrap what={t("snippet.browser")} text={browserSnippet(origin, browserKey)} />
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="server">
        <Stack gap={6}>
          <Text size="sm">{t("snippet.serverText")}</Text>
          <CopyBlock what={t("snippet.server")} text={serverExample(origin, serverKey)} />
        </Stack>
      </Tabs.Panel>
    </Tabs>
  );
}
