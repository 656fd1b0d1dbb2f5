import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, type Schemas, unwrap } from "@/api/client";
import type { Condition } from "@/conditions/model";

/** Those who are meant: by their ids, or by a condition. */
export type Target = { count: number; contacts: string[] } | { count: number; where: Condition };

type BulkChange = Omit<Schemas["BulkChange"], "contacts" | "where">;

const meant = (target: Target) =>
  "contacts" in target
    ? { contacts: target.contacts }
    : { where: target.where as Schemas["Condition"] };

const pollDelay = 400;
/** A job that takes longer is followed on its own page. */
const waitMax = 8_000;

async function finished(job: Schemas["Job"]): Promise<Schemas["Job"]> {
  const begun = Date.now();
  let now = job;
  while (["queued", "running"].includes(now.state) && Date.now() - begun < waitMax) {
    await new Promise((resolve) => setTimeout(resolve, pollDelay));
    now = await unwrap(api.GET("/jobs/{id}", { params: { path: { id: job.id } } }));
  }
  return now;
}

/** Begins a job for those who are meant; a long one opens its page, a short one says what it has done. */
function useJob<Request>(submit: (request: Request) => Promise<Schemas["Job"]>, done: () => void) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async (request: Request) => finished(await submit(request)),
    onSuccess: async (job) => {
      modals.closeAll();
      done();
      if (job.state === "done") {
        const counts = job.counts;
        const count = (counts.changed ?? 0) + (counts.erased ?? 0);
        const without = counts.no_address ?? 0;
        notifications.show({
          color: "green",
          message:
            t("contacts.bulk.done", { count }) +
            (without > 0 ? ` ${t("contacts.bulk.noAddress", { count: without })}` : ""),
        });
      } else {
        await navigate({ to: "/jobs/$id", params: { id: job.id } });
      }
      await client.invalidateQueries();
    },
  });
}

export function useBulkChange(target: Target, done: () => void) {
  return useJob(
    (change: BulkChange) =>
      unwrap(api.POST("/contacts/bulk", { body: { ...change, ...meant(target) } })),
    done,
  );
}

export function useBulkErase(target: Target, done: () => void) {
  return useJob(
    (expected: number) =>
      unwrap(api.POST("/contacts/erase", { body: { expected, ...meant(target) } })),
    done,
  );
}
