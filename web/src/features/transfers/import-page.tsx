import "@mantine/core/styles/InlineInput.css";
import "@mantine/core/styles/Switch.css";
import { Button, Text } from "@mantine/core";
import { IconFileImport, IconListCheck } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNumber } from "@/components/number";
import { Page, Panel } from "@/components/page";
import { Counts } from "./counts";
import { FileDrop } from "./file-drop";
import { ImportOptions } from "./import-options";
import { MappingTable } from "./mapping-table";
import { Notes } from "./notes";
import { type Options, requestOf, untouched } from "./options";
import { beginImport, isOver, jobQuery, type Preview, previewUpload, upload } from "./queries";
import classes from "./transfers.module.css";

interface Uploaded {
  id: string;
  name: string;
  preview: Preview;
}

/** A file, what its columns mean, what it says of consent, a dry run, and then the import. */
export function ImportPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [sent, setSent] = useState(0);
  const [options, setOptions] = useState<Options>(untouched);
  const [dryId, setDryId] = useState<string | null>(null);
  const read = useMutation({
    mutationFn: async (file: File): Promise<Uploaded> => {
      setSent(0);
      const id = await upload(file, (bytes) => setSent(bytes / Math.max(1, file.size)));
      return { id, name: file.name, preview: await previewUpload(id, options.timeZone) };
    },
    onSuccess: ({ preview }) => {
      setDryId(null);
      setOptions((now) => ({ ...now, columns: preview.mapping.columns }));
    },
  });
  const begin = useMutation({
    mutationFn: async (dryRun: boolean) => {
      if (!read.data) throw new Error("no file");
      const { id, name, preview } = read.data;
      return beginImport(requestOf({ id, name, preview, options, dryRun }));
    },
    onSuccess: (job, dryRun) => {
      if (dryRun) setDryId(job.id);
      else void navigate({ to: "/jobs/$id", params: { id: job.id } });
    },
  });
  const change = (part: Partial<Options>) => {
    setDryId(null);
    setOptions((now) => ({ ...now, ...part }));
  };
  const file = read.data;
  // Events say nothing of consent.
  const isEvents = file?.preview.mapping.subject === "events";
  const decided =
    isEvents ||
    (options.consent !== "" && (options.consent !== "agreed" || options.evidence.trim() !== ""));
  return (
    <Page title={t("transfers.import")} parent={{ to: "/jobs", title: t("nav.jobs") }}>
      <div className={classes.sections}>
        <Panel title={t("transfers.file")}>
          <FileDrop
            name={file?.name ?? null}
            sent={read.isPending ? sent : null}
            choose={(chosen) => read.mutate(chosen)}
          />
          {read.error && (
            <Text size="sm" c="var(--app-text-bad)" role="alert" mt={8}>
              {read.error.message}
            </Text>
          )}
        </Panel>
        {file && (
          <>
            <Panel title={t("transfers.mapping")}>
              <Notes preview={file.preview} />
              <MappingTable
                preview={file.preview}
                columns={options.columns}
                change={(columns) => change({ columns })}
              />
            </Panel>
            <Panel title={t("transfers.options")}>
              <ImportOptions isEvents={isEvents} options={options} change={change} />
            </Panel>
            <Panel title={t("transfers.dryTitle")}>
              <p className={classes.hint}>
                {decided ? t("transfers.dryText") : t("transfers.undecided")}
              </p>
              <div className={classes.acts}>
                <Button
                  variant="default"
                  leftSection={<IconListCheck size={15} />}
                  disabled={!decided}
                  loading={begin.isPending && begin.variables}
                  onClick={() => begin.mutate(true)}
                >
                  {t("transfers.tryOut")}
                </Button>
                <DryRun
                  id={dryId}
                  pending={begin.isPending && !begin.variables}
                  start={() => begin.mutate(false)}
                />
              </div>
              {begin.error && (
                <Text size="sm" c="var(--app-text-bad)" role="alert" mt={8}>
                  {begin.error.message}
                </Text>
              )}
            </Panel>
          </>
        )}
      </div>
    </Page>
  );
}

/** What the dry run has counted, and the button that does it. */
function DryRun(props: { id: string | null; pending: boolean; start: () => void }) {
  const { t } = useTranslation();
  const number = useNumber();
  const { id, pending, start } = props;
  const { data: job } = useQuery({ ...jobQuery(id ?? ""), enabled: id !== null });
  if (id === null || !job) return null;
  const { counts } = job;
  const rows =
    (counts.new ?? 0) + (counts.updated ?? 0) + (counts.unchanged ?? 0) + (counts.imported ?? 0);
  return (
    <div className={classes.dry} aria-live="polite">
      {isOver(job) ? (
        <>
          <Counts counts={counts} />
          {job.error && <Text size="sm">{job.error.message}</Text>}
          {(counts.bad ?? 0) > 0 && (
            <a href={`/api/v1/imports/${encodeURIComponent(job.id)}/errors`} download>
              {t("transfers.badRows")}
            </a>
          )}
          <Button
            leftSection={<IconFileImport size={15} />}
            disabled={job.state !== "done" || rows === 0}
            loading={pending}
            onClick={start}
          >
            {t("transfers.importRows", { count: rows, number: number(rows) })}
          </Button>
        </>
      ) : (
        <Text size="sm">
          {t("transfers.counting", { done: number(job.done), total: number(job.total ?? 0) })}
        </Text>
      )}
    </div>
  );
}
