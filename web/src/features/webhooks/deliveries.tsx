import { Button, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client";
import { usePaged } from "@/api/paged";
import { Chip, Chips } from "@/components/chip";
import { CopyBlock } from "@/components/copy";
import { Panel } from "@/components/page";
import { Failure, RowsSkeleton } from "@/components/states";
import { Status } from "@/components/status";
import { Time } from "@/components/time/time";
import {
  type Delivery,
  deliveryQuery,
  useWebhookActions,
  type Webhook,
  type WebhookEvent,
} from "./queries";
import { useShowSecret } from "./secret";
import classes from "./webhooks.module.css";

const refreshDelay = 5_000;
const states = ["waiting", "delivered", "failed"] as const;

/** What it was told and is to be told, newest first. */
export function Deliveries({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const [state, setState] = useState<Delivery["state"]>();
  const { query, rows } = usePaged(
    ["webhook-endpoints", webhook.id, "deliveries", state],
    (cursor) =>
      unwrap(
        api.GET("/webhook-endpoints/{id}/deliveries", {
          params: { path: { id: webhook.id }, query: { state, cursor } },
        }),
      ),
    { refetchInterval: refreshDelay },
  );
  return (
    <Panel title={t("webhooks.deliveries")}>
      <Chips label={t("webhooks.stateFilter")}>
        {states.map((each) => (
          <Chip
            key={each}
            pressed={state === each}
            onClick={() => setState(state === each ? undefined : each)}
          >
            {t(`status.${each}`)}
          </Chip>
        ))}
      </Chips>
      {query.error && rows.length === 0 ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <RowsSkeleton rows={4} />
      ) : rows.length === 0 ? (
        <Text size="sm" mt="sm">
          {state ? t("webhooks.noneInState") : t("webhooks.nothingYet")}
        </Text>
      ) : (
        <ul className={classes.rows}>
          {rows.map((delivery) => (
            <Row key={delivery.id} webhook={webhook} delivery={delivery} />
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <Button
          variant="default"
          size="xs"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t("webhooks.more")}
        </Button>
      )}
    </Panel>
  );
}

function Row({ webhook, delivery }: { webhook: Webhook; delivery: Delivery }) {
  const { t } = useTranslation();
  const { replay } = useWebhookActions(webhook.id, useShowSecret());
  const look = () =>
    modals.open({
      title: nameOf(delivery, t),
      size: "lg",
      children: <Detail webhook={webhook} delivery={delivery} />,
    });
  return (
    <li className={classes.row}>
      <div className={classes.grow}>
        <div className={classes.name}>
          {nameOf(delivery, t)} <Status state={delivery.state} />
        </div>
        <div className={classes.dim}>
          <Time at={delivery.createdAt} />
          {delivery.attempts > 0 && ` · ${t("webhooks.attempts", { count: delivery.attempts })}`}
          {delivery.attempts > 0 && ` · ${answerOf(delivery)}`}
          {delivery.dueAt && delivery.attempts > 0 && (
            <>
              {` · ${t("webhooks.next")} `}
              <Time at={delivery.dueAt} />
            </>
          )}
        </div>
      </div>
      <Button
        variant="default"
        size="xs"
        aria-label={t("webhooks.lookAt", { id: delivery.webhookId })}
        onClick={look}
      >
        {t("webhooks.look")}
      </Button>
      {webhook.on && (
        <Button
          variant="default"
          size="xs"
          loading={replay.isPending}
          aria-label={
            delivery.state === "waiting"
              ? t("webhooks.sendNowOf", { id: delivery.webhookId })
              : t("webhooks.replayOf", { id: delivery.webhookId })
          }
          onClick={() => replay.mutate(delivery.id)}
        >
          {delivery.state === "waiting" ? t("webhooks.sendNow") : t("webhooks.replay")}
        </Button>
      )}
    </li>
  );
}

/** What was told; an event of a newer server by its own name. */
function nameOf({ event }: Delivery, t: TFunction): string {
  return t(`webhooks.event.${event as WebhookEvent | "webhook.test"}`, { defaultValue: event });
}

function answerOf({ status, error }: Pick<Delivery, "status" | "error">): string {
  return status === null ? (error ?? "").replaceAll("_", " ") : `HTTP ${status}`;
}

/** Its body, and how each attempt was answered. */
function Detail({ webhook, delivery }: { webhook: Webhook; delivery: Delivery }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(deliveryQuery(webhook.id, delivery.id));
  if (!data) {
    return error ? <Failure error={error} retry={() => void refetch()} /> : <RowsSkeleton />;
  }
  return (
    <>
      <CopyBlock text={pretty(data.body)} what={t("webhooks.body")} wrap />
      <Text size="sm" fw={550} mt="sm">
        {t("webhooks.attemptsTitle")}
      </Text>
      {data.log.length === 0 ? (
        <Text size="sm">{t("webhooks.noAttempt")}</Text>
      ) : (
        <ol className={classes.log}>
          {data.log.map((attempt) => (
            <li key={attempt.at}>
              <Time at={attempt.at} /> · {answerOf(attempt)} ·{" "}
              {t("webhooks.took", { ms: attempt.tookMs })}
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

function pretty(body: string): string {
  return JSON.stringify(JSON.parse(body), null, 2);
}
