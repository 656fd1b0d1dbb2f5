import { notifications } from "@mantine/notifications";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, type Schemas, unwrap } from "@/api/client";

export type Journey = Schemas["Journey"];
export type JourneySummary = Schemas["JourneySummary"];

const pageSize = 200;
/** Of more journeys than a person could look through the first thousand are enough. */
const pagesMax = 5;

/** All journeys by name; the tests are in their steps. */
export const allJourneysQuery = queryOptions({
  queryKey: ["journeys", "all"],
  queryFn: async () => {
    const journeys: JourneySummary[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < pagesMax; ++page) {
      const query = { limit: pageSize, cursor };
      const answer = await unwrap(api.GET("/journeys", { params: { query } }));
      journeys.push(...answer.items);
      if (answer.next === null) break;
      cursor = answer.next;
    }
    return journeys;
  },
});

export function journeyQuery(key: string) {
  return queryOptions({
    queryKey: ["journey", key],
    queryFn: () => unwrap(api.GET("/journeys/{key}", { params: { path: { key } } })),
    staleTime: 15_000,
  });
}

/** Declares an arm the winner; null takes back what stands. */
export function useWinner(journey: string, step: string) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (arm: string | null) =>
      unwrap(
        api.POST("/journeys/{key}/steps/{step}/winner", {
          params: { path: { key: journey, step } },
          body: { arm },
        }),
      ),
    onSuccess: (changed, arm) => {
      client.setQueryData(["journey", journey], changed);
      notifications.show({
        color: "green",
        message: arm === null ? t("tests.takenBack") : t("tests.declared", { arm }),
      });
    },
    onError: (error) =>
      notifications.show({ color: "red", title: t("tests.failed"), message: error.message }),
  });
}
