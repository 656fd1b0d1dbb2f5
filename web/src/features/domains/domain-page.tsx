import { Button, Skeleton, Stack, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Allowed } from "@/components/allowed";
import { Page, Panel } from "@/components/page";
import { Failure } from "@/components/states";
import { Status } from "@/components/status";
import { DnsPanel } from "./dns-panel";
import classes from "./domains.module.css";
import { Keys } from "./keys";
import { NextStep } from "./next-step";
import { reportQuery, type SenderDomain, senderDomainQuery, useDomainActions } from "./queries";
import { RecordCard } from "./record-card";
import { findingOf, keyOf, recordsInOrder } from "./records";

export function DomainPage() {
  const { t } = useTranslation();
  const { domain: name } = useParams({ from: "/app/settings/domains/$domain" });
  const { data: domain, error, refetch } = useQuery(senderDomainQuery(name));
  const dns = useQuery(reportQuery(name));
  const parent = { to: "/settings/domains", title: t("nav.domains") };
  if (error && !domain) {
    return (
      <Page title={name} parent={parent}>
        <Panel>
          <Failure error={error} retry={() => void refetch()} />
        </Panel>
      </Page>
    );
  }
  if (!domain) {
    return (
      <Page title={name} parent={parent}>
        <div className={classes.sections} role="status" aria-label={t("state.loading")}>
          <Skeleton height={120} radius="lg" />
          <Skeleton height={420} radius="lg" />
        </div>
      </Page>
    );
  }
  return (
    <Page
      title={domain.domain}
      parent={parent}
      meta={<Status state={domain.state} />}
      actions={<Remove domain={domain} />}
    >
      <div className={classes.sections}>
        <NextStep domain={domain} report={dns.data} />
        <Panel title={t("domains.records")}>
          <Text size="sm" c="dimmed" mb="sm">
            {t("domains.recordsText")}
          </Text>
          {recordsInOrder(domain).map((record) => (
            <RecordCard
              key={record.name}
              record={record}
              zone={domain.domain}
              keyOfIt={keyOf(record, domain.keys)}
              finding={findingOf(record, dns.data)}
            />
          ))}
        </Panel>
        {domain.advice.length > 0 && (
          <Panel title={t("domains.advice")}>
            <Text size="sm" c="dimmed" mb="sm">
              {t("domains.adviceText")}
            </Text>
            {domain.advice.map((record) => (
              <RecordCard
                key={record.purpose}
                record={record}
                zone={domain.domain}
                finding={findingOf(record, dns.data)}
              />
            ))}
          </Panel>
        )}
        <DnsPanel
          domain={domain}
          report={dns.data}
          error={dns.error}
          retry={() => void dns.refetch()}
        />
        <Keys keys={domain.keys} />
      </div>
    </Page>
  );
}

function Remove({ domain }: { domain: SenderDomain }) {
  const { t } = useTranslation();
  const { remove } = useDomainActions(domain.domain);
  const ask = () =>
    modals.openConfirmModal({
      title: t("domains.removeTitle", { domain: domain.domain }),
      children: (
        <Stack gap="xs">
          <Text size="sm">{t("domains.removeText")}</Text>
          <Text size="sm" fw={600}>
            {t("domains.removeForGood")}
          </Text>
        </Stack>
      ),
      labels: { confirm: t("domains.removeConfirm"), cancel: t("action.cancel") },
      confirmProps: { color: "red.9" },
      onConfirm: () => remove.mutate(),
    });
  return (
    <Allowed to="admin">
      <Button
        variant="default"
        c="var(--app-text-bad)"
        leftSection={<IconTrash size={15} />}
        loading={remove.isPending}
        onClick={ask}
      >
        {t("domains.remove")}
      </Button>
    </Allowed>
  );
}
