import { Skeleton } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useStream } from "@/api/stream";
import { useContactName } from "@/components/contact-name";
import { Page, Panel } from "@/components/page";
import { Failure } from "@/components/states";
import { Time } from "@/components/time/time";
import classes from "./contact.module.css";
import { ContactActions } from "./contact-actions";
import { Identity } from "./identity";
import { contactQuery } from "@/api/contact";
import { NeighbourLinks } from "./neighbours";
import { Standing } from "./standing";
import { Timeline } from "./timeline";

/** What an event decides follows it within moments; the page is read again after both. */
const readAgainDelays = [0, 1500];

export function ContactPage() {
  const { t } = useTranslation();
  const name = useContactName();
  const { id } = useParams({ from: "/app/contacts/$id" });
  const { data: contact, error, refetch } = useQuery(contactQuery(id));
  useLiveRefresh(id, contact?.id);
  const parent = { to: "/contacts", title: t("nav.contacts") };
  if (error && !contact) {
    return (
      <Page title={t("contacts.contact")} parent={parent}>
        <Panel>
          <Failure error={error} retry={() => void refetch()} />
        </Panel>
      </Page>
    );
  }
  if (!contact) {
    return (
      <Page title={t("contacts.contact")} parent={parent}>
        <div className={classes.columns} role="status" aria-label={t("state.loading")}>
          <Skeleton height={280} radius="lg" />
          <Skeleton height={480} radius="lg" />
          <Skeleton height={280} radius="lg" />
        </div>
      </Page>
    );
  }
  return (
    <Page
      title={name(contact)}
      parent={parent}
      meta={
        <>
          {contact.known ? t("contacts.known") : t("contacts.notKnown")} · {t("contacts.seen")}{" "}
          <Time at={contact.lastSeenAt} />
        </>
      }
      actions={
        <>
          <NeighbourLinks id={contact.id} />
          <ContactActions contact={contact} />
        </>
      }
    >
      <div className={classes.columns}>
        <Identity contact={contact} />
        <Timeline id={contact.id} />
        <Standing contact={contact} />
      </div>
    </Page>
  );
}

/** Reads contact and timeline again when an event of this contact arrives. */
function useLiveRefresh(shownId: string, id: string | undefined) {
  const client = useQueryClient();
  const planned = useRef(false);
  useStream({
    events: (events) => {
      if (planned.current || !events.some((event) => event.contact?.id === id)) return;
      planned.current = true;
      for (const delay of readAgainDelays) {
        setTimeout(() => {
          planned.current = false;
          void client.invalidateQueries({ queryKey: ["contact", shownId] });
          void client.invalidateQueries({ queryKey: ["timeline", id] });
        }, delay);
      }
    },
  });
}
