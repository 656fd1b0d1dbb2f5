import { Button, Group, Text } from "@mantine/core";
import { IconFilterOff, IconMessages, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, type Schemas, unwrap } from "@/api/client";
import { usePaged } from "@/api/paged";
import { journeysQuery } from "@/api/queries";
import { Chip, Chips } from "@/components/chip";
import { ContactName } from "@/components/contact-name";
import { type Column, DataTable } from "@/components/data-table";
import { Page } from "@/components/page";
import { Empty } from "@/components/states";
import { Status } from "@/components/status";
import { Time } from "@/components/time/time";

type Message = Schemas["Message"];

/** The states a person looks for; the short ones between two of them have no chip. */
const statuses = ["queued", "sent", "failed", "skipped", "cancelled", "uncertain"] as const;

export function MessagesPage() {
  const { t } = useTranslation();
  const filter = useSearch({ from: "/app/messages" });
  const navigate = useNavigate();
  const list = usePaged(
    ["messages", filter],
    (cursor) =>
      unwrap(api.GET("/messages", { params: { query: { ...filter, limit: 100, cursor } } })),
    { refetchInterval: 5_000 },
  );
  const change = (part: Partial<typeof filter>) =>
    void navigate({ to: "/messages", search: { ...filter, ...part }, replace: true });
  const filtered = Object.values(filter).some((value) => value !== undefined);
  const clear = () =>
    change({ status: undefined, journey: undefined, step: undefined, contact: undefined });
  return (
    <Page fill title={t("nav.messages")}>
      <Group gap={8} mb={12}>
        <Chips label={t("messages.filter")}>
          <Chip pressed={!filter.status} onClick={() => change({ status: undefined })}>
            {t("messages.all")}
          </Chip>
          {statuses.map((status) => (
            <Chip
              key={status}
              pressed={filter.status === status}
              onClick={() => change({ status: filter.status === status ? undefined : status })}
            >
              {t(`status.${status}`)}
            </Chip>
          ))}
        </Chips>
        <OriginChips filter={filter} change={change} />
        <Text size="xs" c="dimmed">
          {t("messages.people")}
        </Text>
      </Group>
      <DataTable
        label={t("nav.messages")}
        columns={useColumns()}
        list={list}
        rowKey={(message) => message.id}
        open={(message) =>
          void (message.mail
            ? navigate({ to: "/mailbox", search: { id: message.mail } })
            : navigate({ to: "/contacts/$id", params: { id: message.contact.id } }))
        }
        empty={
          filtered ? (
            <Empty
              icon={IconFilterOff}
              title={t("messages.noMatch")}
              text={t("messages.noMatchText")}
              action={
                <Button variant="light" onClick={clear}>
                  {t("action.clearFilters")}
                </Button>
              }
            />
          ) : (
            <Empty
              icon={IconMessages}
              title={t("messages.empty")}
              text={t("messages.emptyText")}
              action={
                <Button component={Link} to="/journeys">
                  {t("messages.emptyAction")}
                </Button>
              }
            />
          )
        }
      />
    </Page>
  );
}

interface Origin {
  journey?: string;
  step?: string;
  contact?: string;
}

/** Filters that came with a link, to be taken off. */
function OriginChips(props: { filter: Origin; change: (part: Origin) => void }) {
  const { t } = useTranslation();
  const { filter, change } = props;
  const journeys = useQuery({ ...journeysQuery, enabled: filter.journey !== undefined }).data;
  const journey = journeys?.items.find((each) => each.key === filter.journey);
  return (
    <Chips label={t("messages.origin")}>
      {filter.journey && (
        <Chip pressed onClick={() => change({ journey: undefined, step: undefined })}>
          {t("messages.ofJourney", { name: journey?.name ?? filter.journey })} <IconX size={13} />
        </Chip>
      )}
      {filter.step && (
        <Chip pressed onClick={() => change({ step: undefined })}>
          {t("messages.ofStep", { name: filter.step })} <IconX size={13} />
        </Chip>
      )}
      {filter.contact && (
        <Chip pressed onClick={() => change({ contact: undefined })}>
          {t("messages.ofContact")} <IconX size={13} />
        </Chip>
      )}
    </Chips>
  );
}

function useColumns(): Column<Message>[] {
  const { t } = useTranslation();
  return [
    {
      key: "contact",
      title: t("messages.contact"),
      width: "minmax(0, 1fr)",
      strong: true,
      cell: (message) => <ContactName contact={message.contact} />,
    },
    {
      key: "subject",
      title: t("messages.subject"),
      width: "minmax(0, 1.6fr)",
      wide: true,
      cell: (message) => message.subject ?? message.template ?? "",
    },
    {
      key: "status",
      title: t("messages.status"),
      width: "104px",
      cell: (message) => <Status state={message.status} />,
    },
    {
      key: "reason",
      title: t("messages.what"),
      width: "minmax(0, 1.3fr)",
      wide: true,
      cell: (message) => <What message={message} />,
    },
    {
      key: "at",
      title: t("messages.when"),
      width: "100px",
      end: true,
      cell: (message) => <Time at={message.sentAt ?? message.queuedAt} />,
    },
  ];
}

/** What came of it, in words: the reason, else the furthest the contact went. */
function What({ message }: { message: Message }) {
  const { t } = useTranslation();
  if (message.reason) return <span title={message.reason}>{message.reason}</span>;
  if (message.clickedAt) {
    return (
      <span title={t("messages.byPerson")}>
        {t("messages.clicked")} <Time at={message.clickedAt} />
      </span>
    );
  }
  if (message.openedAt) {
    return (
      <span title={t("messages.byPerson")}>
        {t("messages.opened")} <Time at={message.openedAt} />
      </span>
    );
  }
  return null;
}
