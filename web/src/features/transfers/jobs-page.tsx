import { Button } from "@mantine/core";
import { IconFileImport, IconTransfer } from "@tabler/icons-react";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { usePaged } from "@/api/paged";
import { jobKinds } from "@/app/filters";
import { Chip, Chips } from "@/components/chip";
import { type Column, DataTable } from "@/components/data-table";
import { ExportButton } from "@/components/export-button";
import { Page } from "@/components/page";
import { Empty } from "@/components/states";
import { Status } from "@/components/status";
import { Time } from "@/components/time/time";
import { useJobName, useProgressText } from "./job-words";
import { fetchJobs, type Job } from "./queries";

/** Files that came in and went out, and other long work, with how far it is. */
export function JobsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { kind } = useSearch({ from: "/app/jobs" });
  const list = usePaged(["jobs", "list", kind], (cursor) => fetchJobs(kind, cursor), {
    refetchInterval: 3_000,
  });
  const importButton = (
    <Button
      leftSection={<IconFileImport size={15} />}
      renderRoot={(props) => <Link {...props} to="/jobs/import" />}
    >
      {t("transfers.import")}
    </Button>
  );
  return (
    <Page
      fill
      title={t("nav.jobs")}
      actions={
        <>
          <ExportButton />
          {importButton}
        </>
      }
    >
      <div style={{ marginBottom: 12 }}>
        <Chips label={t("transfers.filter")}>
          <Chip
            pressed={!kind}
            onClick={() => void navigate({ to: "/jobs", search: {}, replace: true })}
          >
            {t("transfers.all")}
          </Chip>
          {jobKinds.map((each) => (
            <Chip
              key={each}
              pressed={kind === each}
              onClick={() =>
                void navigate({
                  to: "/jobs",
                  search: kind === each ? {} : { kind: each },
                  replace: true,
                })
              }
            >
              {t(`transfers.kinds.${each}`)}
            </Chip>
          ))}
        </Chips>
      </div>
      <DataTable
        label={t("nav.jobs")}
        columns={useColumns()}
        list={list}
        rowKey={(job) => job.id}
        open={(job) => void navigate({ to: "/jobs/$id", params: { id: job.id } })}
        empty={
          <Empty
            icon={IconTransfer}
            title={t("transfers.empty")}
            text={t("transfers.emptyText")}
            action={importButton}
          />
        }
      />
    </Page>
  );
}

function useColumns(): Column<Job>[] {
  const { t } = useTranslation();
  const name = useJobName();
  const progress = useProgressText();
  return [
    {
      key: "name",
      title: t("transfers.what"),
      width: "minmax(0, 1.4fr)",
      strong: true,
      cell: (job) => (
        <Link to="/jobs/$id" params={{ id: job.id }}>
          {name(job)}
        </Link>
      ),
    },
    {
      key: "state",
      title: t("transfers.state"),
      width: "120px",
      cell: (job) => <Status state={job.state} />,
    },
    {
      key: "progress",
      title: t("transfers.progress"),
      width: "minmax(0, 1.4fr)",
      wide: true,
      cell: (job) => progress(job),
    },
    {
      key: "by",
      title: t("transfers.by"),
      width: "minmax(0, 1fr)",
      wide: true,
      cell: (job) => job.createdBy ?? "",
    },
    {
      key: "at",
      title: t("transfers.at"),
      width: "110px",
      end: true,
      cell: (job) => <Time at={job.createdAt} />,
    },
  ];
}
