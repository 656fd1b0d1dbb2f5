import { notifications } from "@mantine/notifications";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, type Schemas, unwrap } from "@/api/client";

export type Backtest = Schemas["Backtest"];
export type BacktestRequest = Schemas["BacktestRequest"];
export type Job = Schemas["Job"];

const progressDelay = 700;

export function isOver(job: Job): boolean {
  return job.state !== "queued" && job.state !== "running";
}

export function jobQuery(id: string) {
  return queryOptions({
    queryKey: ["jobs", id],
    queryFn: () => unwrap(api.GET("/jobs/{id}", { params: { path: { id } } })),
    refetchInterval: (query) =>
      query.state.data === undefined || isOver(query.state.data) ? false : progressDelay,
    enabled: id !== "",
  });
}

/** The newest backtests of all journeys; those of one are picked from them. */
export const backtestsQuery = queryOptions({
  queryKey: ["jobs", "backtest"],
  queryFn: () => unwrap(api.GET("/jobs", { params: { query: { kind: "backtest", limit: 100 } } })),
});

export function useBacktest(journey: string, started: (job: Job) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: BacktestRequest) => {
      const path = { key: journey };
      const answer = unwrap(api.POST("/journeys/{key}/backtest", { params: { path }, body }));
      // With `job` the answer is the job, never the report.
      return (await answer) as Job;
    },
    onSuccess: (job) => {
      client.setQueryData(["jobs", job.id], job);
      void client.invalidateQueries({ queryKey: ["jobs", "backtest"] });
      started(job);
    },
  });
}

export function useCancel(id: string) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.POST("/jobs/{id}/cancel", { params: { path: { id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["jobs"] }),
    onError: (error) =>
      notifications.show({
        color: "red",
        title: t("backtest.cancelFailed"),
        message: error.message,
      }),
  });
}
