import { notifications } from "@mantine/notifications";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, ApiError, type Schemas, unwrap } from "@/api/client";
import type { RecipientFilter } from "@/app/filters";
import { fetchDefinition } from "@/drafts/definition-draft";

export type Campaign = Schemas["Campaign"];
export type CampaignState = Schemas["CampaignState"];
export type CampaignArm = Schemas["CampaignArm"];
export type CampaignAnswer = Schemas["CampaignAnswer"];
export type Audience = Schemas["CampaignAudience"];

/** Nobody has started it, so its definition may still be changed. */
export const isDraft = (state: CampaignState) => state === "draft" || state === "cancelled";
const moves = (state: CampaignState | undefined) =>
  state === "holding" || state === "sending" || state === "stopping";

export const campaignsQuery = queryOptions({
  queryKey: ["campaigns"],
  queryFn: () => unwrap(api.GET("/campaigns", { params: { query: { limit: 200 } } })),
  refetchInterval: 10_000,
});

export function campaignQuery(key: string) {
  return queryOptions({
    queryKey: ["campaign", key],
    queryFn: () => unwrap(api.GET("/campaigns/{key}", { params: { path: { key } } })),
    refetchInterval: (query) => (moves(query.state.data?.state) ? 1_500 : 10_000),
  });
}

/** Whom a campaign would reach now, as its revision `rev` says. */
export function audienceQuery(key: string, rev: string) {
  return queryOptions({
    queryKey: ["campaign", key, "audience", rev],
    queryFn: () => unwrap(api.GET("/campaigns/{key}/audience", { params: { path: { key } } })),
    refetchInterval: 30_000,
    placeholderData: (previous) => previous,
  });
}

export function campaignTextQuery(key: string) {
  return queryOptions({
    queryKey: ["definitions", "campaign", key],
    queryFn: () => fetchDefinition("campaign", key),
    refetchInterval: 10_000,
  });
}

export const templatesQuery = queryOptions({
  queryKey: ["templates"],
  queryFn: () => unwrap(api.GET("/templates", { params: { query: { limit: 200 } } })),
});

export const listsQuery = queryOptions({
  queryKey: ["lists"],
  queryFn: () => unwrap(api.GET("/lists", { params: { query: { limit: 200 } } })),
});

export function fetchRecipients(key: string, filter: RecipientFilter, cursor: string | undefined) {
  return unwrap(
    api.GET("/campaigns/{key}/recipients", {
      params: { path: { key }, query: { ...filter, limit: 100, cursor } },
    }),
  );
}

type Act = "start" | "cancel" | "pause" | "resume" | "stop";

function call(key: string, act: Act): Promise<Campaign> {
  const params = { path: { key } };
  switch (act) {
    case "start":
      return unwrap(api.POST("/campaigns/{key}/start", { params, body: {} }));
    case "cancel":
      return unwrap(api.POST("/campaigns/{key}/cancel", { params }));
    case "pause":
      return unwrap(api.POST("/campaigns/{key}/pause", { params }));
    case "resume":
      return unwrap(api.POST("/campaigns/{key}/resume", { params }));
    case "stop":
      return unwrap(api.POST("/campaigns/{key}/stop", { params }));
  }
}

/** What people do with a campaign; every view of it follows. */
export function useCampaignAct(key: string) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (act: Act) => call(key, act),
    onSuccess: (campaign, act) => {
      client.setQueryData(["campaign", key], campaign);
      notifications.show({
        color: act === "stop" || act === "pause" ? "gray" : "green",
        message: t(`campaigns.said.${act}`),
      });
      return client.invalidateQueries({ queryKey: ["campaigns"] });
    },
    onError: (error) => {
      const fix = error instanceof ApiError && error.fix ? `. ${error.fix}` : "";
      notifications.show({
        color: "red",
        title: t("campaigns.failed"),
        message: `${error.message}${fix}`,
      });
      return client.invalidateQueries({ queryKey: ["campaign", key] });
    },
  });
}
