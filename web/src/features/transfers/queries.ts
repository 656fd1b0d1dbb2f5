import { notifications } from "@mantine/notifications";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, type Schemas, unwrap } from "@/api/client";

export type Job = Schemas["Job"];
export type Preview = Schemas["ImportPreview"];
export type ColumnMapping = Schemas["ColumnMapping"];
export type ImportRequest = Schemas["ImportRequest"];

export const isOver = (job: Job) => ["done", "failed", "cancelled"].includes(job.state);

export function fetchJobs(kind: string | undefined, cursor: string | undefined) {
  return unwrap(api.GET("/jobs", { params: { query: { kind, limit: 100, cursor } } }));
}

export function jobQuery(id: string) {
  return queryOptions({
    queryKey: ["job", id],
    queryFn: () => unwrap(api.GET("/jobs/{id}", { params: { path: { id } } })),
    refetchInterval: (query) =>
      query.state.data === undefined || isOver(query.state.data) ? false : 1_000,
  });
}

/** At most so much goes in one part. */
const partBytes = 4 * 1024 * 1024;

/** Sends a file part by part; `sent` hears how many bytes are there. */
export async function upload(file: Blob, sent: (bytes: number) => void): Promise<string> {
  // The client writes JSON by itself; a part goes as it is.
  const asItIs = {
    bodySerializer: (body: unknown) => body as Blob,
    headers: { "Content-Type": "application/octet-stream" },
  };
  const part = (from: number) => file.slice(from, from + partBytes) as unknown as string;
  const first = await unwrap(api.POST("/uploads", { body: part(0), ...asItIs }));
  let { bytes } = first;
  sent(bytes);
  while (bytes < file.size) {
    const params = { path: { id: first.id }, query: { offset: bytes } };
    const next = await unwrap(api.PUT("/uploads/{id}", { params, body: part(bytes), ...asItIs }));
    if (next.bytes <= bytes) throw new Error(`the upload stands at ${bytes} bytes`);
    bytes = next.bytes;
    sent(bytes);
  }
  return first.id;
}

export function previewUpload(id: string, timeZone: string): Promise<Preview> {
  return unwrap(api.POST("/imports/preview", { body: { upload: id, timeZone } }));
}

export function beginImport(body: ImportRequest): Promise<Job> {
  return unwrap(api.POST("/imports", { body }));
}

/** Ends a job, or takes an import back; both lead to the job that shows it. */
export function useJobActs(job: Job) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const params = { path: { id: job.id } };
  const onError = (error: Error) =>
    notifications.show({ color: "red", title: t("transfers.notDone"), message: error.message });
  const cancel = useMutation({
    mutationFn: () => unwrap(api.POST("/jobs/{id}/cancel", { params })),
    onSuccess: (changed) => client.setQueryData(["job", job.id], changed),
    onError,
  });
  const undo = useMutation({
    mutationFn: () => unwrap(api.POST("/imports/{id}/undo", { params })),
    onSuccess: (begun) => navigate({ to: "/jobs/$id", params: { id: begun.id } }),
    onError,
  });
  return { cancel, undo };
}
