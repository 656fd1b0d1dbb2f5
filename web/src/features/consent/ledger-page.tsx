import { Button, Table } from "@mantine/core";
import { IconPencilPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { contactQuery } from "@/api/contact";
import { useContactName } from "@/components/contact-name";
import { Page, Panel } from "@/components/page";
import { Failure, RowsSkeleton } from "@/components/states";
import { Status } from "@/components/status";
import { Time } from "@/components/time/time";
import { WideTable } from "@/components/wide-table";
import classes from "./consent.module.css";
import { type Consents, consentsQuery } from "./queries";
import { useAskStatement } from "./statement-form";

/** What a contact's address has said: what holds, and every line it follows from. */
export function LedgerPage() {
  const { t } = useTranslation();
  const name = useContactName();
  const { id } = useParams({ from: "/app/contacts/$id/consent" });
  const contact = useQuery(contactQuery(id)).data;
  const { data, error, refetch } = useQuery(consentsQuery(id));
  const ask = useAskStatement(id);
  return (
    <Page
      title={t("consent.ledger")}
      parent={{
        to: `/contacts/${encodeURIComponent(id)}`,
        title: contact ? name(contact) : id,
      }}
      meta={data?.address ?? undefined}
      actions={
        data && (
          <Button leftSection={<IconPencilPlus size={15} />} onClick={() => ask(data)}>
            {t("consent.writeDown")}
          </Button>
        )
      }
    >
      {error && !data ? (
        <Panel>
          <Failure error={error} retry={() => void refetch()} />
        </Panel>
      ) : !data ? (
        <Panel>
          <RowsSkeleton />
        </Panel>
      ) : (
        <div className={classes.stack}>
          <Panel title={t("consent.holds")}>
            <Holds consents={data} />
          </Panel>
          <Panel title={t("consent.lines")}>
            <Lines consents={data} />
          </Panel>
        </div>
      )}
    </Page>
  );
}

function Holds({ consents }: { consents: Consents }) {
  const { t } = useTranslation();
  return (
    <ul className={classes.rows}>
      {consents.topics.map((topic) => (
        <li key={topic.topic ?? ""} className={classes.row}>
          <div>
            <div className={classes.name}>
              {topic.topic === null ? t("consent.everything") : topic.name}
            </div>
            <div className={classes.dim}>
              {t(`consent.said.${topic.state}`)}
              {topic.state === "unknown" &&
                ` · ${t(topic.wanted ? "consent.wantedByDefault" : "consent.unwantedByDefault")}`}
            </div>
          </div>
          <Status
            state={topic.suppressed ? "suppressed" : topic.wanted ? "subscribed" : "unsubscribed"}
          />
        </li>
      ))}
    </ul>
  );
}

function Lines({ consents }: { consents: Consents }) {
  const { t } = useTranslation();
  if (consents.lines.length === 0) {
    return <p className={classes.hint}>{t("consent.noLines")}</p>;
  }
  return (
    <WideTable label={t("consent.lines")} minWidth={720}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("consent.at")}</Table.Th>
          <Table.Th>{t("consent.what")}</Table.Th>
          <Table.Th>{t("consent.about")}</Table.Th>
          <Table.Th>{t("consent.source")}</Table.Th>
          <Table.Th>{t("consent.evidence")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {consents.lines.map((line, index) => (
          <Table.Tr key={index}>
            <Table.Td>
              <Time at={line.at} as="full" />
            </Table.Td>
            <Table.Td>{t(`consent.line.${line.state}`)}</Table.Td>
            <Table.Td>
              {line.channel} · {line.topic ?? t("consent.everything")}
            </Table.Td>
            <Table.Td>
              {line.source}
              {line.actor && <div className={classes.dim}>{line.actor}</div>}
            </Table.Td>
            <Table.Td>
              {[line.basis, line.wording, line.evidence, line.ip].filter(Boolean).join(" · ")}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}
