import { Button } from "@mantine/core";
import { IconPlus, IconWebhook } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { CardList } from "@/components/card-list";
import { useNumber } from "@/components/number";
import { Page, Panel } from "@/components/page";
import { Empty, Failure, RowsSkeleton } from "@/components/states";
import { Status } from "@/components/status";
import { useAskWebhook } from "./add";
import { webhooksQuery } from "./queries";
import { stateOf } from "./status";

/** The web addresses that are told what happens. */
export function WebhooksPage() {
  const { t } = useTranslation();
  const number = useNumber();
  const ask = useAskWebhook();
  const { data, error, refetch } = useQuery(webhooksQuery);
  const add = (
    <Button leftSection={<IconPlus size={15} />} onClick={ask}>
      {t("webhooks.add")}
    </Button>
  );
  return (
    <Page
      title={t("nav.webhooks")}
      meta={data && t("webhooks.count", { count: data.length })}
      actions={data && data.length > 0 && add}
    >
      {data && data.length > 0 ? (
        <CardList
          cards={data.map((webhook) => ({
            key: webhook.id,
            href: `/data/webhooks/${webhook.id}`,
            name: webhook.url,
            status: <Status state={stateOf(webhook)} />,
            text: webhook.description,
            numbers: [{ label: t("webhooks.events"), value: number(webhook.events.length) }],
          }))}
        />
      ) : (
        <Panel>
          {data ? (
            <Empty
              icon={IconWebhook}
              title={t("webhooks.empty")}
              text={t("webhooks.emptyText")}
              action={add}
            />
          ) : error ? (
            <Failure error={error} retry={() => void refetch()} />
          ) : (
            <RowsSkeleton />
          )}
        </Panel>
      )}
    </Page>
  );
}
