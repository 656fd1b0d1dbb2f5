import { ActionIcon, Menu, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { IconArchive, IconCopy, IconDots, IconFileText } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client";
import { fetchDefinition } from "@/drafts/definition-draft";
import { copyText, keyFor } from "./draft";
import { useCreate } from "./new-campaign";
import { type Campaign, isDraft } from "./queries";

/** What is seldom done with a campaign. */
export function CampaignMenu({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const create = useCreate();
  const { key } = campaign;
  const fail = (error: Error) =>
    notifications.show({ color: "red", title: t("campaigns.failed"), message: error.message });
  const copy = async () => {
    const name = t("campaigns.copyOf", { name: campaign.name });
    try {
      const { text } = await fetchDefinition("campaign", key);
      await create.mutateAsync((taken) => {
        const next = keyFor(name, taken);
        return { key: next, text: copyText(text, next, name) };
      });
    } catch (error) {
      fail(error as Error);
    }
  };
  const archive = useMutation({
    mutationFn: () =>
      unwrap(
        api.DELETE("/definitions/{kind}/{key}", { params: { path: { kind: "campaign", key } } }),
      ),
    onSuccess: async () => {
      notifications.show({ message: t("campaigns.archived", { name: campaign.name }) });
      await navigate({ to: "/campaigns" });
      await client.invalidateQueries({ queryKey: ["campaigns"] });
      await client.invalidateQueries({ queryKey: ["definitions"] });
    },
    onError: fail,
  });
  const askArchive = () =>
    modals.openConfirmModal({
      title: t("campaigns.archiveTitle", { name: campaign.name }),
      children: <Text size="sm">{t("campaigns.archiveText")}</Text>,
      labels: { confirm: t("campaigns.archive"), cancel: t("action.cancel") },
      onConfirm: () => archive.mutate(),
    });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="default"
          size={30}
          aria-label={t("campaigns.more")}
          loading={create.isPending || archive.isPending}
        >
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => void copy()}>
          {t("campaigns.copy")}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconFileText size={15} />}
          renderRoot={(props) => (
            <Link {...props} to="/data/definitions/$kind/$key" params={{ kind: "campaign", key }} />
          )}
        >
          {t("campaigns.asText")}
        </Menu.Item>
        {isDraft(campaign.state) && (
          <Menu.Item leftSection={<IconArchive size={15} />} onClick={askArchive}>
            {t("campaigns.archive")}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
