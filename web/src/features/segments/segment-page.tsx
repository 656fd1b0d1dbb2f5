import { Anchor, Skeleton } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { usePaged } from "@/api/paged";
import { useContactColumns } from "@/components/contact-columns";
import { DataTable } from "@/components/data-table";
import { useNumber } from "@/components/number";
import { Page, Panel } from "@/components/page";
import { MendButton } from "@/components/set-aside";
import { Empty, Failure } from "@/components/states";
import { fetchSegmentContacts, segmentQuery } from "./queries";
import classes from "./segment.module.css";

export function SegmentPage() {
  const { t } = useTranslation();
  const number = useNumber();
  const { key } = useParams({ from: "/app/segments/$key" });
  const { data: segment, error, refetch } = useQuery(segmentQuery(key));
  const parent = { to: "/segments", title: t("nav.segments") };
  if (error && !segment) {
    return (
      <Page title={key} parent={parent}>
        <Panel>
          <Failure
            error={error}
            retry={() => void refetch()}
            action={<MendButton error={error} kind="segment" id={key} />}
          />
        </Panel>
      </Page>
    );
  }
  return (
    <Page
      fill
      title={segment?.name ?? key}
      parent={parent}
      meta={
        segment && (
          <span className="num">
            {t("contacts.count", { count: segment.size, number: number(segment.size) })}
          </span>
        )
      }
    >
      <div className={classes.columns}>
        <div className={classes.side}>
          {segment ? <About segment={segment} /> : <Skeleton height={220} radius="lg" />}
        </div>
        <Members segmentKey={key} />
      </div>
    </Page>
  );
}

function About({ segment }: { segment: Schemas["Segment"] }) {
  const { t } = useTranslation();
  return (
    <>
      <Panel title={t("segments.who")}>
        <ul className={classes.sentences}>
          <RowView row={segment.rows} />
        </ul>
      </Panel>
      {segment.usedIn && segment.usedIn.length > 0 && (
        <Panel title={t("segments.usedIn")}>
          <ul className={classes.used}>
            {segment.usedIn.map((use) => (
              <li key={`${use.kind}/${use.key}`}>
                {use.kind === "journey" ? (
                  <Anchor
                    fz="sm"
                    renderRoot={(props) => (
                      <Link {...props} to="/journeys/$key" params={{ key: use.key }} />
                    )}
                  >
                    {use.name}
                  </Anchor>
                ) : (
                  use.name
                )}
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}

function RowView({ row }: { row: Schemas["ConditionRow"] }) {
  const { t } = useTranslation();
  const group = row.rows.length > 0;
  return (
    <li>
      {row.kind === "question" || !group ? (
        <code className={classes.question}>{row.text}</code>
      ) : (
        <span className={classes.heading}>{t(`segments.${row.kind}`)}</span>
      )}
      {row.note && <span className={classes.note}> ({row.note})</span>}
      {group && (
        <ul className={classes.sentences}>
          {row.rows.map((part, index) => (
            <RowView key={index} row={part} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Members({ segmentKey }: { segmentKey: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const columns = useContactColumns().filter((column) => column.key !== "firstSeen");
  const list = usePaged(
    ["contacts", "segment", segmentKey],
    (cursor) => fetchSegmentContacts(segmentKey, cursor),
    { refetchInterval: 10_000 },
  );
  return (
    <div className={classes.list}>
      <DataTable
        label={t("segments.members")}
        columns={columns}
        list={list}
        rowKey={(contact) => contact.id}
        open={(contact) => void navigate({ to: "/contacts/$id", params: { id: contact.id } })}
        empty={
          <Empty icon={IconUsers} title={t("segments.nobody")} text={t("segments.nobodyText")} />
        }
      />
    </div>
  );
}
