import { Button, Skeleton, Stack, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { IconHelpCircle, IconMessages, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schemas, unwrap } from "@/api/client";
import { useStream } from "@/api/stream";
import { Allowed } from "@/components/allowed";
import { useContactName } from "@/components/contact-name";
import { Page, Panel } from "@/components/page";
import { Failure } from "@/components/states";
import { Time } from "@/components/time/time";
import classes from "./contact.module.css";
import { Identity } from "./identity";
import { contactQuery } from "@/api/contact";
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
      actions={<Actions contact={contact} />}
    >
      <div className={classes.columns}>
        <Identity contact={contact} />
        <Timeline id={contact.id} />
        <Standing contact={contact} />
      </div>
    </Page>
  );
}

function Actions({ contact }: { contact: Schemas["Contact"] }) {
  const { t } = useTranslation();
  const name = useContactName();
  const client = useQueryClient();
  const navigate = useNavigate();
  const erase = useMutation({
    mutationFn: () =>
      unwrap(api.DELETE("/contacts/{id}", { params: { path: { id: contact.id } } })),
    onSuccess: async () => {
      notifications.show({ color: "green", message: t("contacts.erased") });
      await navigate({ to: "/contacts", search: { q: undefined, segment: undefined } });
      client.removeQueries({ queryKey: ["contact", contact.id] });
      await client.invalidateQueries({ queryKey: ["contacts"] });
    },
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  const ask = () =>
    modals.openConfirmModal({
      title: t("contacts.eraseTitle", { name: name(contact) }),
      children: (
        <Stack gap="xs">
          <Text size="sm">{t("contacts.eraseText")}</Text>
          <Text size="sm" fw={600}>
            {t("contacts.eraseForGood")}
          </Text>
        </Stack>
      ),
      labels: { confirm: t("contacts.eraseConfirm"), cancel: t("action.cancel") },
      confirmProps: { color: "red.9" },
      onConfirm: () => erase.mutate(),
    });
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconHelpCircle size={15} />}
        renderRoot={(props) => (
          <Link {...props} to="/contacts/$id/why" params={{ id: contact.id }} search={{}} />
        )}
      >
        {t("contacts.why")}
      </Button>
      <Button
        variant="default"
        leftSection={<IconMessages size={15} />}
        renderRoot={(props) => <Link {...props} to="/messages" search={{ contact: contact.id }} />}
      >
        {t("nav.messages")}
      </Button>
      <Allowed to="admin">
        <Button
          variant="default"
          c="var(--app-text-bad)"
          leftSection={<IconTrash size={15} />}
          loading={erase.isPending}
          onClick={ask}
        >
          {t("contacts.erase")}
        </Button>
      </Allowed>
    </>
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
