import { Button } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { usePaged } from "@/api/paged";
import { useContactName } from "@/components/contact-name";
import { type Column, DataTable } from "@/components/data-table";
import { useNumber } from "@/components/number";
import { Page } from "@/components/page";
import { Empty } from "@/components/states";
import { Status } from "@/components/status";
import { Time } from "@/components/time/time";
import { fetchJourneyContacts, journeyQuery } from "./queries";

type Row = Schemas["JourneyContact"];

/** The contacts behind a number of a journey. */
export function JourneyContactsPage() {
  const { t } = useTranslation();
  const number = useNumber();
  const navigate = useNavigate();
  const { key } = useParams({ from: "/app/journeys/$key/contacts" });
  const filter = useSearch({ from: "/app/journeys/$key/contacts" });
  const journey = useQuery(journeyQuery(key)).data;
  const list = usePaged(
    ["journey", key, "contacts", filter],
    (cursor) => fetchJourneyContacts(key, filter, cursor),
    { refetchInterval: 10_000 },
  );
  const step = journey?.steps.find((each) => each.id === filter.step);
  const state = filter.state ?? (filter.step ? "here" : "entered");
  const title = step
    ? t("journeys.peopleAt", { state: t(`journeys.people.${state}`), step: step.name })
    : t(`journeys.people.${state}`);
  const total = list.first?.total;
  return (
    <Page
      fill
      title={title}
      parent={{ to: `/journeys/${encodeURIComponent(key)}`, title: journey?.name ?? key }}
      meta={
        typeof total === "number" && (
          <span className="num">
            {t("contacts.count", { count: total, number: number(total) })}
          </span>
        )
      }
    >
      <DataTable
        label={title}
        columns={useColumns()}
        list={list}
        rowKey={(row) => row.run.id}
        open={(row) => void navigate({ to: "/contacts/$id", params: { id: row.contact.id } })}
        empty={
          <Empty
            icon={IconUsers}
            title={t("journeys.nobody")}
            text={t("journeys.nobodyText")}
            action={
              <Button
                variant="light"
                renderRoot={(props) => <Link {...props} to="/journeys/$key" params={{ key }} />}
              >
                {t("journeys.back")}
              </Button>
            }
          />
        }
      />
    </Page>
  );
}

function useColumns(): Column<Row>[] {
  const { t } = useTranslation();
  const name = useContactName();
  return [
    {
      key: "name",
      title: t("contacts.name"),
      width: "minmax(0, 1.3fr)",
      strong: true,
      cell: (row) => (
        <Link to="/contacts/$id" params={{ id: row.contact.id }}>
          {name(row.contact)}
        </Link>
      ),
    },
    {
      key: "state",
      title: t("journeys.state"),
      width: "110px",
      cell: (row) => <Status state={row.run.state} />,
    },
    {
      key: "step",
      title: t("journeys.stepColumn"),
      width: "minmax(0, 1fr)",
      wide: true,
      cell: (row) => row.run.stepName ?? "",
    },
    {
      key: "waiting",
      title: t("journeys.waiting"),
      width: "minmax(0, 1.2fr)",
      wide: true,
      cell: (row) => row.run.waitingFor ?? row.run.reason ?? "",
    },
    {
      key: "entered",
      title: t("journeys.entered"),
      width: "110px",
      wide: true,
      cell: (row) => <Time at={row.run.enteredAt} />,
    },
    {
      key: "at",
      title: t("journeys.moved"),
      width: "100px",
      end: true,
      cell: (row) => <Time at={row.at} />,
    },
  ];
}
