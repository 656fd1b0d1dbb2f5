import { Button, Group } from "@mantine/core";
import { IconUsers, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { usePaged } from "@/api/paged";
import { campaignAnswers, messageStatuses } from "@/app/filters";
import { Chip, Chips } from "@/components/chip";
import { ContactName } from "@/components/contact-name";
import { type Column, DataTable } from "@/components/data-table";
import { Page } from "@/components/page";
import { Empty } from "@/components/states";
import { Status } from "@/components/status";
import { Time } from "@/components/time/time";
import { campaignQuery, fetchRecipients } from "./queries";
import { RecipientsExport } from "./recipients-export";

type Message = Schemas["Message"];

/** The contacts behind a number of a campaign. */
export function RecipientsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { key } = useParams({ from: "/app/campaigns/$key/recipients" });
  const filter = useSearch({ from: "/app/campaigns/$key/recipients" });
  const campaign = useQuery(campaignQuery(key)).data;
  const list = usePaged(
    ["campaign", key, "recipients", filter],
    (cursor) => fetchRecipients(key, filter, cursor),
    { refetchInterval: 10_000 },
  );
  const change = (part: Partial<typeof filter>) =>
    void navigate({
      to: "/campaigns/$key/recipients",
      params: { key },
      search: { ...filter, ...part },
      replace: true,
    });
  return (
    <Page
      fill
      title={t("campaigns.recipients")}
      parent={{ to: `/campaigns/${encodeURIComponent(key)}`, title: campaign?.name ?? key }}
      actions={<RecipientsExport campaign={key} filter={filter} />}
    >
      <Group gap={8} mb={12}>
        <Chips label={t("campaigns.filterStatus")}>
          <Chip pressed={!filter.status} onClick={() => change({ status: undefined })}>
            {t("campaigns.all")}
          </Chip>
          {messageStatuses
            .filter((status) => status !== "claimed" && status !== "committing")
            .map((status) => (
              <Chip
                key={status}
                pressed={filter.status === status}
                onClick={() => change({ status: filter.status === status ? undefined : status })}
              >
                {t(`status.${status}`)}
              </Chip>
            ))}
        </Chips>
        <Chips label={t("campaigns.filterAnswer")}>
          {campaignAnswers.map((answer) => (
            <Chip
              key={answer}
              pressed={filter.answer === answer}
              onClick={() => change({ answer: filter.answer === answer ? undefined : answer })}
            >
              {t(`campaigns.answers.${answer}`)}
            </Chip>
          ))}
        </Chips>
        {filter.arm && (
          <Chip pressed onClick={() => change({ arm: undefined })}>
            {t("campaigns.arm", { name: filter.arm })} <IconX size={13} />
          </Chip>
        )}
      </Group>
      <DataTable
        label={t("campaigns.recipients")}
        columns={useColumns(campaign?.test !== null && campaign?.test !== undefined)}
        list={list}
        rowKey={(message) => message.id}
        open={(message) =>
          void (message.mail
            ? navigate({ to: "/mailbox", search: { id: message.mail } })
            : navigate({ to: "/contacts/$id", params: { id: message.contact.id } }))
        }
        empty={
          <Empty
            icon={IconUsers}
            title={t("campaigns.noRecipients")}
            text={t("campaigns.noRecipientsText")}
            action={
              <Button
                variant="light"
                renderRoot={(props) => <Link {...props} to="/campaigns/$key" params={{ key }} />}
              >
                {t("campaigns.back")}
              </Button>
            }
          />
        }
      />
    </Page>
  );
}

function useColumns(hasArms: boolean): Column<Message>[] {
  const { t } = useTranslation();
  const arm: Column<Message> = {
    key: "arm",
    title: t("campaigns.variant"),
    width: "100px",
    wide: true,
    cell: (message) => message.step ?? "",
  };
  return [
    {
      key: "contact",
      title: t("contacts.name"),
      width: "minmax(0, 1fr)",
      strong: true,
      cell: (message) => <ContactName contact={message.contact} />,
    },
    {
      key: "address",
      title: t("contacts.email"),
      width: "minmax(0, 1.3fr)",
      wide: true,
      cell: (message) => message.address ?? "",
    },
    ...(hasArms ? [arm] : []),
    {
      key: "status",
      title: t("campaigns.outcome"),
      width: "110px",
      cell: (message) => <Status state={message.status} />,
    },
    {
      key: "reason",
      title: t("campaigns.what_happened"),
      width: "minmax(0, 1.3fr)",
      wide: true,
      cell: (message) => <What message={message} />,
    },
    {
      key: "at",
      title: t("campaigns.at"),
      width: "100px",
      end: true,
      cell: (message) => <Time at={message.sentAt ?? message.dueAt ?? message.queuedAt} />,
    },
  ];
}

/** The furthest the contact went, else why it was not sent or what the provider said. */
function What({ message }: { message: Message }) {
  const { t } = useTranslation();
  if (message.clickedAt) {
    return (
      <>
        {t("campaigns.clicked")} <Time at={message.clickedAt} />
      </>
    );
  }
  if (message.openedAt) {
    return (
      <>
        {t("campaigns.opened")} <Time at={message.openedAt} />
      </>
    );
  }
  return message.reason ? <span title={message.reason}>{message.reason}</span> : null;
}
