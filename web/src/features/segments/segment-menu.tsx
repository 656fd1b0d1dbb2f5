import { ActionIcon, Button, Menu, Stack, Text, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { IconArchive, IconDots, IconFileText, IconListCheck } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schemas, unwrap } from "@/api/client";
import { Allowed } from "@/components/allowed";
import { keyFor } from "@/drafts/key-for";

interface Props {
  segment: Schemas["Segment"];
}

/** What is seldom done with a segment. */
export function SegmentMenu({ segment }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const archive = useMutation({
    mutationFn: () =>
      unwrap(
        api.DELETE("/definitions/{kind}/{key}", {
          params: { path: { kind: "segment", key: segment.key } },
        }),
      ),
    onSuccess: async () => {
      notifications.show({ message: t("segments.archived", { name: segment.name }) });
      await navigate({ to: "/segments" });
      await client.invalidateQueries();
    },
    onError: (error) =>
      notifications.show({ color: "red", title: t("segments.failed"), message: error.message }),
  });
  const askArchive = () =>
    modals.openConfirmModal({
      title: t("segments.archiveTitle", { name: segment.name }),
      children: <Text size="sm">{t("segments.archiveText")}</Text>,
      labels: { confirm: t("segments.archive"), cancel: t("action.cancel") },
      onConfirm: () => archive.mutate(),
    });
  const askSnapshot = () =>
    modals.open({
      title: t("segments.snapshotTitle"),
      children: <SnapshotForm segment={segment} />,
    });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size={30} aria-label={t("segments.more")}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconFileText size={15} />}
          renderRoot={(props) => (
            <Link
              {...props}
              to="/data/definitions/$kind/$key"
              params={{ kind: "segment", key: segment.key }}
            />
          )}
        >
          {t("segments.asFile")}
        </Menu.Item>
        <Allowed to="write">
          <Menu.Item leftSection={<IconListCheck size={15} />} onClick={askSnapshot}>
            {t("segments.snapshot")}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconArchive size={15} />}
            c="var(--app-text-bad)"
            onClick={askArchive}
          >
            {t("segments.archive")}
          </Menu.Item>
        </Allowed>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Puts those who are in it now on a static list, which changes no more by itself. */
function SnapshotForm({ segment }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState(segment.name);
  const snapshot = useMutation({
    mutationFn: async () => {
      const lists = await unwrap(api.GET("/lists", { params: { query: { limit: 200 } } }));
      const list = keyFor(name, new Set(lists.items.map((each) => each.key)), "list");
      const params = { path: { key: segment.key } };
      const body = { list, name: name.trim() };
      return unwrap(api.POST("/segments/{key}/snapshot", { params, body }));
    },
    onSuccess: async (job) => {
      modals.closeAll();
      await navigate({ to: "/jobs/$id", params: { id: job.id } });
      await client.invalidateQueries({ queryKey: ["lists"] });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        snapshot.mutate();
      }}
    >
      <Stack gap="sm">
        <Text size="sm">{t("segments.snapshotText")}</Text>
        <TextInput
          label={t("segments.listName")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={200}
          required
          data-autofocus
        />
        {snapshot.error && (
          <Text size="sm" c="var(--app-text-bad)" role="alert">
            {snapshot.error.message}
          </Text>
        )}
        <Button type="submit" size="sm" loading={snapshot.isPending}>
          {t("segments.snapshotConfirm")}
        </Button>
      </Stack>
    </form>
  );
}
