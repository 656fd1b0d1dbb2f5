import { Button, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconChevronDown, IconMailForward } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { fetchDefinition } from "@/drafts/definition-draft";
import { keyFor, resendText } from "./draft";
import { useCreate } from "./new-campaign";
import type { Campaign } from "./queries";

const answers = ["not_opened", "not_clicked"] as const;

/** A new campaign with the same message, for those who did not answer this one; it is not sent yet. */
export function Resend({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const create = useCreate();
  const make = async (to: (typeof answers)[number]) => {
    const name = t("campaigns.resendName", { name: campaign.name });
    try {
      const { text } = await fetchDefinition("campaign", campaign.key);
      await create.mutateAsync((taken) => {
        const key = keyFor(name, taken);
        return { key, text: resendText(text, key, name, { campaign: campaign.key, to }) };
      });
    } catch (error) {
      notifications.show({
        color: "red",
        title: t("campaigns.failed"),
        message: (error as Error).message,
      });
    }
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<IconMailForward size={15} />}
          rightSection={<IconChevronDown size={14} />}
          loading={create.isPending}
        >
          {t("campaigns.again")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {answers.map((to) => (
          <Menu.Item key={to} onClick={() => void make(to)}>
            {t(`campaigns.resend.${to}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
