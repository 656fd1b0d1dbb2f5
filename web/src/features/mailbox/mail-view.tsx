import { Button, Tabs, Text } from "@mantine/core";
import { IconArrowLeft, IconExternalLink } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, type Schemas, unwrap } from "@/api/client";
import { mailViews } from "@/app/filters";
import { ContactName } from "@/components/contact-name";
import { FramedHtml } from "@/components/framed-html";
import { Properties } from "@/components/properties";
import { Failure, RowsSkeleton } from "@/components/states";
import { Time } from "@/components/time/time";
import classes from "./mailbox.module.css";

type View = (typeof mailViews)[number];

interface Props {
  id: string;
  view: View;
  change: (part: { id?: string; view?: View }) => void;
}

export function MailView({ id, view, change }: Props) {
  const { t } = useTranslation();
  const {
    data: mail,
    error,
    refetch,
  } = useQuery({
    queryKey: ["mail", id],
    queryFn: () => unwrap(api.GET("/mailbox/{id}", { params: { path: { id } } })),
    staleTime: Infinity,
  });
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!mail) return <RowsSkeleton />;
  return (
    <article aria-label={mail.subject} style={{ display: "contents" }}>
      <div className={classes.head}>
        <Button
          hiddenFrom="md"
          variant="subtle"
          size="compact-xs"
          leftSection={<IconArrowLeft size={14} />}
          onClick={() => change({ id: undefined })}
        >
          {t("mailbox.back")}
        </Button>
        <h2>{mail.subject}</h2>
        <div className={classes.addresses}>
          {t("mailbox.from", { from: mail.from })}
          <br />
          {t("mailbox.to", { to: mail.to })}
          {mail.contact && (
            <>
              {" · "}
              <ContactName contact={mail.contact} />
            </>
          )}
          {" · "}
          <Time at={mail.at} as="full" />
        </div>
      </div>
      <Tabs value={view} onChange={(next) => change({ view: (next ?? "html") as View })}>
        <Tabs.List px={8}>
          {mailViews.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t(`mailbox.view.${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      <div className={classes.content}>
        <Content mail={mail} view={view} />
        <Links links={mail.links} />
      </div>
    </article>
  );
}

function Content({ mail, view }: { mail: Schemas["Mail"]; view: View }) {
  const { t } = useTranslation();
  if (view === "headers") {
    const headers = Object.fromEntries(
      mail.headers.map((header, index) => [
        mail.headers.findIndex((other) => other.name === header.name) === index
          ? header.name
          : `${header.name} (${index + 1})`,
        header.value,
      ]),
    );
    return (
      <div className={classes.headers}>
        <Properties values={headers} />
      </div>
    );
  }
  if (view === "text") {
    return <pre className={classes.text}>{mail.text ?? t("mailbox.noText")}</pre>;
  }
  if (mail.html === null) return <div className={classes.text}>{t("mailbox.noHtml")}</div>;
  return (
    <FramedHtml
      className={classes.frame}
      title={t("mailbox.frame", { subject: mail.subject })}
      html={mail.html}
    />
  );
}

function Links({ links }: { links: Schemas["Mail"]["links"] }) {
  const { t } = useTranslation();
  return (
    <aside className={classes.links} aria-label={t("mailbox.links")}>
      <h3>{t("mailbox.links")}</h3>
      {links.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("mailbox.noLinks")}
        </Text>
      )}
      <ul>
        {links.map((link, index) => (
          <li key={index}>
            <a href={safeUrl(link.url)} target="_blank" rel="noopener noreferrer">
              {link.text || t("mailbox.unnamedLink")} <IconExternalLink size={13} aria-hidden />
            </a>
            <div className={classes.url} title={link.url}>
              {link.url}
            </div>
          </li>
        ))}
      </ul>
    </aside>
  );
}

/** Mails are written by many hands: only addresses that a person may follow. */
function safeUrl(url: string): string | undefined {
  return /^(https?:|mailto:)/i.test(url) ? url : undefined;
}
