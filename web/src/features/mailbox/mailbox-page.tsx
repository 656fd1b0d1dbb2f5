import { Alert, Button, Group } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconInbox, IconInfoCircle, IconMailOpened } from "@tabler/icons-react";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, type Schemas, unwrap } from "@/api/client";
import { usePaged } from "@/api/paged";
import { Page } from "@/components/page";
import { SearchBox } from "@/components/search-box";
import { Empty, Failure, RowsSkeleton } from "@/components/states";
import { Time } from "@/components/time/time";
import { MailView } from "./mail-view";
import classes from "./mailbox.module.css";

export function MailboxPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/app/mailbox" });
  const navigate = useNavigate();
  const { query, rows, first } = usePaged(
    ["mailbox", search.to],
    (cursor) =>
      unwrap(api.GET("/mailbox", { params: { query: { to: search.to, limit: 50, cursor } } })),
    { refetchInterval: 5_000 },
  );
  const change = (part: Partial<typeof search>) =>
    void navigate({ to: "/mailbox", search: { ...search, ...part }, replace: true });
  const walk = (by: number) => {
    const next = rows[rows.findIndex((mail) => mail.id === search.id) + by];
    if (next) change({ id: next.id });
  };
  useHotkeys([
    ["j", () => walk(1)],
    ["k", () => walk(-1)],
    ["Escape", () => change({ id: undefined })],
  ]);
  return (
    <Page fill title={t("nav.mailbox")}>
      {first?.enabled === false && (
        <Alert
          mb={12}
          color="yellow"
          icon={<IconInfoCircle size={16} />}
          c="var(--mantine-color-text)"
        >
          {t("mailbox.off")}
        </Alert>
      )}
      <Group mb={12}>
        <SearchBox
          label={t("mailbox.search")}
          placeholder={t("mailbox.search")}
          value={search.to}
          onChange={(to) => change({ to })}
        />
      </Group>
      <div className={classes.panes} data-open={search.id !== undefined}>
        <div className={classes.list}>
          {query.isPending ? (
            <RowsSkeleton />
          ) : query.error && rows.length === 0 ? (
            <Failure error={query.error} retry={() => void query.refetch()} />
          ) : rows.length === 0 ? (
            <Empty
              icon={IconInbox}
              title={search.to ? t("mailbox.noMatch") : t("mailbox.empty")}
              text={search.to ? t("mailbox.noMatchText") : t("mailbox.emptyText")}
            />
          ) : (
            <ul aria-label={t("nav.mailbox")}>
              {rows.map((mail) => (
                <li key={mail.id}>
                  <MailLine mail={mail} open={mail.id === search.id} />
                </li>
              ))}
            </ul>
          )}
          {query.hasNextPage && (
            <Button
              variant="subtle"
              fullWidth
              loading={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              {t("mailbox.earlier")}
            </Button>
          )}
        </div>
        <div className={classes.view}>
          {search.id ? (
            <MailView id={search.id} view={search.view ?? "html"} change={change} />
          ) : (
            <Empty
              icon={IconMailOpened}
              title={t("mailbox.choose")}
              text={t("mailbox.chooseText")}
            />
          )}
        </div>
      </div>
    </Page>
  );
}

function MailLine({ mail, open }: { mail: Schemas["MailSummary"]; open: boolean }) {
  return (
    <Link
      from="/mailbox"
      to="/mailbox"
      search={(now) => ({ ...now, id: mail.id })}
      className={classes.mail}
      data-open={open}
      aria-current={open ? "true" : undefined}
    >
      <div className={classes.mailTop}>
        <span className={classes.clip}>{mail.to}</span>
        <Time at={mail.at} />
      </div>
      <div className={`${classes.clip} ${classes.subject}`}>{mail.subject}</div>
      {mail.preview && <div className={`${classes.clip} ${classes.preview}`}>{mail.preview}</div>}
    </Link>
  );
}
