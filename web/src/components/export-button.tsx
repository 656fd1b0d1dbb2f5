import { Button, SegmentedControl, Select, Stack, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconFileExport } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schemas, unwrap } from "@/api/client";
import { segmentsQuery } from "@/api/queries";

type ExportRequest = Schemas["ExportRequest"];

const formats = ["csv", "jsonl"] as const;

/** Asks whom to export, and leads to the job that writes the file. */
export function ExportButton({ segment, list }: { segment?: string; list?: string }) {
  const { t } = useTranslation();
  const ask = () =>
    modals.open({
      title: t("exports.title"),
      children: <ExportForm segment={segment ?? null} list={list} />,
    });
  return (
    <Button variant="default" leftSection={<IconFileExport size={15} />} onClick={ask}>
      {t("exports.export")}
    </Button>
  );
}

function ExportForm({ segment: first, list }: { segment: string | null; list?: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const segments = useQuery(segmentsQuery).data?.items ?? [];
  const [segment, setSegment] = useState(first);
  const [format, setFormat] = useState<(typeof formats)[number]>("csv");
  const begin = useMutation({
    mutationFn: (body: ExportRequest) => unwrap(api.POST("/exports", { body })),
    onSuccess: (job) => {
      modals.closeAll();
      void navigate({ to: "/jobs/$id", params: { id: job.id } });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        begin.mutate({
          subject: "contacts",
          format,
          formulaGuard: true,
          ...(segment !== null ? { segment } : list === undefined ? {} : { list }),
        });
      }}
    >
      <Stack gap="sm">
        <Select
          size="xs"
          label={t("exports.whom")}
          placeholder={list === undefined ? t("exports.everybody") : t("exports.list", { list })}
          data={segments.map((each) => ({ value: each.key, label: each.name }))}
          value={segment}
          onChange={setSegment}
          searchable
          clearable
          clearButtonProps={{ "aria-label": t("exports.everybody") }}
        />
        <SegmentedControl
          size="xs"
          aria-label={t("exports.format")}
          value={format}
          onChange={(next) => setFormat(formats.find((each) => each === next) ?? "csv")}
          data={formats.map((value) => ({ value, label: t(`exports.formats.${value}`) }))}
        />
        <Text size="xs" c="dimmed">
          {t("exports.text")}
        </Text>
        {begin.error && (
          <Text size="sm" c="var(--app-text-bad)" role="alert">
            {begin.error.message}
          </Text>
        )}
        <Button type="submit" size="sm" loading={begin.isPending} data-autofocus>
          {t("exports.confirm")}
        </Button>
      </Stack>
    </form>
  );
}
