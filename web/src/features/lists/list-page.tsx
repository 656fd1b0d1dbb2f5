import { ActionIcon, Button, Menu, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { IconArchive, IconDots, IconPencil, IconUsers, IconX } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, type Schemas, unwrap } from "@/api/client";
import { usePaged } from "@/api/paged";
import { useMay } from "@/api/permissions";
import { Allowed } from "@/components/allowed";
import { useContactColumns } from "@/components/contact-columns";
import { useContactName } from "@/components/contact-name";
import { type Column, DataTable } from "@/components/data-table";
import { ExportButton } from "@/components/export-button";
import { useNumber } from "@/components/number";
import { Page, Panel } from "@/components/page";
import { MendButton } from "@/components/set-aside";
import { Empty, Failure } from "@/components/states";
import { AddContact } from "./add-contact";
import { fetchListContacts, listQuery } from "./queries";
import { RenameForm } from "./rename-form";

/** A static list and who is on it. */
export function ListPage() {
  const { t } = useTranslation();
  const number = useNumber();
  const { key } = useParams({ from: "/app/lists/$key" });
  const { data: list, error, refetch } = useQuery(listQuery(key));
  const parent = { to: "/lists", title: t("nav.lists") };
  if (error && !list) {
    return (
      <Page title={key} parent={parent}>
        <Panel>
          <Failure
            error={error}
            retry={() => void refetch()}
            action={<MendButton error={error} kind="list" id={key} />}
          />
        </Panel>
      </Page>
    );
  }
  return (
    <Page
      fill
      title={list?.name ?? key}
      parent={parent}
      meta={
        list && (
          <span className="num">
            {t("contacts.count", { count: list.size, number: number(list.size) })}
          </span>
        )
      }
      actions={
        list && (
          <>
            <ExportButton list={key} />
            <Allowed to="write">
              <ListMenu list={list} />
            </Allowed>
          </>
        )
      }
    >
      <Allowed to="write">
        <AddContact listKey={key} />
      </Allowed>
      <Members listKey={key} />
    </Page>
  );
}

function ListMenu({ list }: { list: Schemas["List"] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const archive = useMutation({
    mutationFn: () =>
      unwrap(
        api.DELETE("/definitions/{kind}/{key}", {
          params: { path: { kind: "list", key: list.key } },
        }),
      ),
    onSuccess: async () => {
      notifications.show({ message: t("lists.archived", { name: list.name }) });
      await navigate({ to: "/lists" });
      await client.invalidateQueries();
    },
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  const askArchive = () =>
    modals.openConfirmModal({
      title: t("lists.archiveTitle", { name: list.name }),
      children: <Text size="sm">{t("lists.archiveText")}</Text>,
      labels: { confirm: t("lists.archive"), cancel: t("action.cancel") },
      onConfirm: () => archive.mutate(),
    });
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconPencil size={15} />}
        onClick={() =>
          modals.open({ title: t("lists.rename"), children: <RenameForm list={list} /> })
        }
      >
        {t("lists.rename")}
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={30} aria-label={t("lists.more")}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconArchive size={15} />}
            c="var(--app-text-bad)"
            onClick={askArchive}
          >
            {t("lists.archive")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

function Members({ listKey }: { listKey: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const mayWrite = useMay("write");
  const name = useContactName();
  const list = usePaged(
    ["contacts", "list", listKey],
    (cursor) => fetchListContacts(listKey, cursor),
    { refetchInterval: 10_000 },
  );
  const change = useMutation({
    mutationFn: (body: Schemas["ListChange"]) =>
      unwrap(api.POST("/lists/{key}/contacts", { params: { path: { key: listKey } }, body })),
    onSuccess: () => client.invalidateQueries(),
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  const takeOff = async (contact: Schemas["ContactSummary"]) => {
    await change.mutateAsync({ remove: [contact.id] });
    const id = `left-${contact.id}`;
    notifications.show({
      id,
      message: (
        <>
          {t("lists.left", { name: name(contact) })}{" "}
          <Button
            size="compact-xs"
            variant="light"
            onClick={() => {
              notifications.hide(id);
              change.mutate({ add: [contact.id] });
            }}
          >
            {t("lists.undo")}
          </Button>
        </>
      ),
    });
  };
  const columns: Column<Schemas["ContactSummary"]>[] = [
    ...useContactColumns().filter((column) => column.key !== "firstSeen"),
    ...(mayWrite ? [removeColumn(t("lists.remove"), takeOff)] : []),
  ];
  return (
    <DataTable
      label={t("lists.members")}
      columns={columns}
      list={list}
      rowKey={(contact) => contact.id}
      open={(contact) => void navigate({ to: "/contacts/$id", params: { id: contact.id } })}
      empty={<Empty icon={IconUsers} title={t("lists.nobody")} text={t("lists.nobodyText")} />}
    />
  );
}

function removeColumn(
  title: string,
  takeOff: TakeOffProps["takeOff"],
): Column<Schemas["ContactSummary"]> {
  return {
    key: "remove",
    title,
    width: "72px",
    end: true,
    cell: (contact) => <TakeOff contact={contact} takeOff={takeOff} />,
  };
}

interface TakeOffProps {
  contact: Schemas["ContactSummary"];
  takeOff: (contact: Schemas["ContactSummary"]) => Promise<void>;
}

function TakeOff({ contact, takeOff }: TakeOffProps) {
  const { t } = useTranslation();
  const name = useContactName();
  return (
    <ActionIcon
      size="sm"
      variant="subtle"
      color="gray"
      aria-label={t("lists.takeOff", { name: name(contact) })}
      onClick={() => void takeOff(contact).catch(() => undefined)}
    >
      <IconX size={14} />
    </ActionIcon>
  );
}
