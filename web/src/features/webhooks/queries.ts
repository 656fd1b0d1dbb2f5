import { notifications } from "@mantine/notifications";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, ApiError, type Schemas, unwrap } from "@/api/client";

export type Webhook = Schemas["WebhookEndpoint"];
export type WebhookEvent = Schemas["WebhookEvent"];
export type Delivery = Schemas["WebhookDelivery"];
export type WithSecret = Schemas["WebhookEndpointWithSecret"];

/** In the groups in which people choose them. */
export const eventGroups: readonly { group: string; events: readonly WebhookEvent[] }[] = [
  {
    group: "message",
    events: [
      "message.sent",
      "message.opened",
      "message.clicked",
      "message.replied",
      "message.bounced",
      "message.complained",
      "message.failed",
      "message.skipped",
    ],
  },
  {
    group: "consent",
    events: ["consent.changed", "address.suppressed", "address.lifted", "form.submitted"],
  },
  {
    group: "contact",
    events: [
      "contact.created",
      "contact.merged",
      "segment.entered",
      "segment.left",
      "score.reached",
      "score.left",
    ],
  },
  { group: "journey", events: ["journey.entered", "journey.ended"] },
  {
    group: "campaign",
    events: ["campaign.started", "campaign.paused", "campaign.stopped", "campaign.finished"],
  },
];

const pageMax = 200;

/** There are at most 20. */
export const webhooksQuery = queryOptions({
  queryKey: ["webhook-endpoints"],
  queryFn: () =>
    unwrap(api.GET("/webhook-endpoints", { params: { query: { limit: pageMax } } })).then(
      ({ items }) => items,
    ),
});

export function webhookQuery(id: string) {
  return queryOptions({
    queryKey: ["webhook-endpoints", id],
    queryFn: () => unwrap(api.GET("/webhook-endpoints/{id}", { params: { path: { id } } })),
  });
}

export function deliveryQuery(id: string, delivery: string) {
  return queryOptions({
    queryKey: ["webhook-endpoints", id, "delivery", delivery],
    queryFn: () =>
      unwrap(
        api.GET("/webhook-endpoints/{id}/deliveries/{delivery}", {
          params: { path: { id, delivery } },
        }),
      ),
  });
}

export interface Draft {
  url: string;
  description: string;
  events: WebhookEvent[];
}

export function addWebhook(body: Draft): Promise<WithSecret> {
  return unwrap(api.POST("/webhook-endpoints", { body }));
}

export function changeWebhook({ id, ...body }: Partial<Draft> & { id: string; on?: boolean }) {
  return unwrap(api.PATCH("/webhook-endpoints/{id}", { params: { path: { id } }, body }));
}

/** What can be done with a webhook that is there. */
export function useWebhookActions(id: string, onSecret: (webhook: WithSecret) => void) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const params = { path: { id } };
  const onError = (error: Error) => {
    const fix = error instanceof ApiError && error.fix ? `. ${error.fix}` : "";
    notifications.show({
      color: "red",
      title: t("webhooks.failed"),
      message: `${error.message}${fix}`,
    });
  };
  const refresh = () => client.invalidateQueries({ queryKey: ["webhook-endpoints"] });
  const switchTo = useMutation({
    mutationFn: (on: boolean) => changeWebhook({ id, on }),
    onSuccess: ({ on }) => {
      notifications.show({
        color: "green",
        message: on ? t("webhooks.switchedOn") : t("webhooks.switchedOff"),
      });
      return refresh();
    },
    onError,
  });
  const test = useMutation({
    mutationFn: () => unwrap(api.POST("/webhook-endpoints/{id}/test", { params })),
    onSuccess: () => {
      notifications.show({ color: "green", message: t("webhooks.tested") });
      return refresh();
    },
    onError,
  });
  const rotate = useMutation({
    mutationFn: () => unwrap(api.POST("/webhook-endpoints/{id}/secret", { params })),
    onSuccess: (webhook) => {
      onSecret(webhook);
      return refresh();
    },
    onError,
  });
  const remove = useMutation({
    mutationFn: () => unwrap(api.DELETE("/webhook-endpoints/{id}", { params })),
    onSuccess: async () => {
      notifications.show({ color: "green", message: t("webhooks.removed") });
      await navigate({ to: "/data/webhooks" });
      client.removeQueries({ queryKey: ["webhook-endpoints", id] });
      await refresh();
    },
    onError,
  });
  const replay = useMutation({
    mutationFn: (delivery: string) =>
      unwrap(
        api.POST("/webhook-endpoints/{id}/deliveries/{delivery}/replay", {
          params: { path: { id, delivery } },
        }),
      ),
    onSuccess: () => {
      notifications.show({ color: "green", message: t("webhooks.replayed") });
      return refresh();
    },
    onError,
  });
  return { switchTo, test, rotate, remove, replay };
}
