import { Button, Skeleton } from "@mantine/core";
import { IconPencil, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { usePaged } from "@/api/paged";
import { useContactColumns } from "@/components/contact-columns";
import { Allowed } from "@/components/allowed";
import { DataTable } from "@/components/data-table";
import { ExportButton } from "@/components/export-button";
import { useNumber } from "@/components/number";
import { Page, Panel } from "@/components/page";
import { MendButton } from "@/components/set-aside";
import { Empty, Failure } from "@/components/states";
import { About } from "./about";
import { fetchSegmentContacts, segmentQuery } from "./queries";
import { SegmentMenu } from "./segment-menu";
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
            {segment.state !== "ready" && ` · ${t(`segments.state.${segment.state}`)}`}
          </span>
        )
      }
      actions={
        segment && (
          <>
            <ExportButton segment={key} />
            <Allowed to="write">
              <Button
                leftSection={<IconPencil size={15} />}
                renderRoot={(props) => (
                  <Link {...props} to="/segments/$key/edit" params={{ key }} />
                )}
              >
                {t("segments.edit")}
              </Button>
            </Allowed>
            <SegmentMenu segment={segment} />
          </>
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
