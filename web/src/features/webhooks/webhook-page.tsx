import { Button, Group, Skeleton, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconPlayerPause, IconPlayerPlay, IconSend, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page, Panel } from "@/components/page";
import { Failure } from "@/components/states";
import { Status } from "@/components/status";
import { Time } from "@/components/time/time";
import { Deliveries } from "./deliveries";
import { WebhookForm } from "./form";
import { changeWebhook, useWebhookActions, type Webhook, webhookQuery } from "./queries";
import { useShowSecret } from "./secret";
import { stateOf } from "./status";
import classes from "./webhooks.module.css";

const refreshDelay = 5_000;

export function WebhookPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: "/app/data/webhooks/$id" });
  const {
    data: webhook,
    error,
    refetch,
  } = useQuery({ ...webhookQuery(id), refetchInterval: refreshDelay });
  const parent = { to: "/data/webhooks", title: t("nav.webhooks") };
  if (!webhook) {
    return (
      <Page title={t("webhooks.one")} parent={parent}>
        {error ? (
          <Panel>
            <Failure error={error} retry={() => void refetch()} />
          </Panel>
        ) : (
          <div className={classes.sections} role="status" aria-label={t("state.loading")}>
            <Skeleton height={120} radius="lg" />
            <Skeleton height={320} radius="lg" />
          </div>
        )}
      </Page>
    );
  }
  return (
    <Page
      title={webhook.description || webhook.url}
      parent={parent}
      meta={<Status state={stateOf(webhook)} />}
      actions={<Actions webhook={webhook} />}
    >
      <div className={classes.sections}>
        <Standing webhook={webhook} />
        <Deliveries webhook={webhook} />
      </div>
    </Page>
  );
}

/** What it is told, and what is wrong with it. */
function Standing({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("webhooks.about")} action={<Edit webhook={webhook} />}>
      {!webhook.on && webhook.offReason && (
        <Text size="sm" fw={550} mb="xs">
          {t(`webhooks.offReason.${webhook.offReason}`)}
        </Text>
      )}
      {webhook.failingSince && (
        <Text size="sm" mb="xs">
          {t("webhooks.failingSince")} <Time at={webhook.failingSince} />
        </Text>
      )}
      <dl className={classes.facts}>
        <dt>{t("webhooks.url")}</dt>
        <dd>{webhook.url}</dd>
        <dt>{t("webhooks.events")}</dt>
        <dd>{webhook.events.map((event) => t(`webhooks.event.${event}`)).join(", ")}</dd>
        <dt>{t("webhooks.since")}</dt>
        <dd>
          <Time at={webhook.createdAt} /> · {webhook.createdBy}
        </dd>
        <dt>{t("webhooks.secret")}</dt>
        <dd>
          <Rotate webhook={webhook} />
          {webhook.oldSecretUntil && (
            <>
              {" "}
              {t("webhooks.oldSecretUntil")} <Time at={webhook.oldSecretUntil} />
            </>
          )}
        </dd>
      </dl>
    </Panel>
  );
}

function Actions({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const { switchTo, test, remove } = useWebhookActions(webhook.id, useShowSecret());
  const askRemove = () =>
    modals.openConfirmModal({
      title: t("webhooks.removeTitle"),
      children: <Text size="sm">{t("webhooks.removeText")}</Text>,
      labels: { confirm: t("webhooks.removeConfirm"), cancel: t("action.cancel") },
      confirmProps: { color: "red.9" },
      onConfirm: () => remove.mutate(),
    });
  return (
    <Group gap={8}>
      {webhook.on && (
        <Button
          variant="default"
          leftSection={<IconSend size={15} />}
          loading={test.isPending}
          onClick={() => test.mutate()}
        >
          {t("webhooks.test")}
        </Button>
      )}
      <Button
        variant={webhook.on ? "default" : "filled"}
        leftSection={webhook.on ? <IconPlayerPause size={15} /> : <IconPlayerPlay size={15} />}
        loading={switchTo.isPending}
        onClick={() => switchTo.mutate(!webhook.on)}
      >
        {webhook.on ? t("webhooks.switchOff") : t("webhooks.switchOn")}
      </Button>
      <Button
        variant="default"
        c="var(--app-text-bad)"
        leftSection={<IconTrash size={15} />}
        loading={remove.isPending}
        onClick={askRemove}
      >
        {t("webhooks.remove")}
      </Button>
    </Group>
  );
}

function Edit({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const ask = () =>
    modals.open({ title: t("webhooks.editTitle"), children: <EditForm webhook={webhook} /> });
  return (
    <Button variant="default" size="xs" onClick={ask}>
      {t("webhooks.edit")}
    </Button>
  );
}

function EditForm({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: changeWebhook,
    onSuccess: () => {
      modals.closeAll();
      return client.invalidateQueries({ queryKey: ["webhook-endpoints"] });
    },
  });
  return (
    <WebhookForm
      initial={webhook}
      confirm={t("webhooks.save")}
      pending={change.isPending}
      error={change.error}
      onSubmit={({ url, description, events }) =>
        change.mutate({ id: webhook.id, url, description, events })
      }
    />
  );
}

function Rotate({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const { rotate } = useWebhookActions(webhook.id, useShowSecret());
  const ask = () =>
    modals.openConfirmModal({
      title: t("webhooks.rotateTitle"),
      children: <Text size="sm">{t("webhooks.rotateText")}</Text>,
      labels: { confirm: t("webhooks.rotateConfirm"), cancel: t("action.cancel") },
      onConfirm: () => rotate.mutate(),
    });
  return (
    <Button variant="default" size="xs" loading={rotate.isPending} onClick={ask}>
      {t("webhooks.rotate")}
    </Button>
  );
}
