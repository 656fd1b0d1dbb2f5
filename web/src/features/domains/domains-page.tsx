import { Button } from "@mantine/core";
import { IconPlus, IconWorld } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/permissions";
import { senderDomainsQuery } from "@/api/queries";
import { CardList } from "@/components/card-list";
import { useNumber } from "@/components/number";
import { Page, Panel } from "@/components/page";
import { Empty, Failure, RowsSkeleton } from "@/components/states";
import { Status } from "@/components/status";
import { useAskDomain } from "./add-domain";

export function DomainsPage() {
  const { t } = useTranslation();
  const number = useNumber();
  const ask = useAskDomain();
  const { data, error, refetch } = useQuery(senderDomainsQuery);
  const admin = useMay("admin");
  const add = admin && (
    <Button leftSection={<IconPlus size={15} />} onClick={ask}>
      {t("domains.add")}
    </Button>
  );
  return (
    <Page
      title={t("nav.domains")}
      parent={{ to: "/settings", title: t("nav.settings") }}
      meta={data && t("domains.count", { count: data.items.length })}
      actions={data && data.items.length > 0 && add}
    >
      {data && data.items.length > 0 ? (
        <CardList
          cards={data.items.map((domain) => ({
            key: domain.domain,
            href: `/settings/domains/${encodeURIComponent(domain.domain)}`,
            name: domain.domain,
            status: <Status state={domain.state} />,
            text: t(`domains.means.${domain.state}`),
            numbers: [
              {
                label: t("domains.keysSigning"),
                value: number(domain.keys.filter((key) => key.state === "signing").length),
              },
              {
                label: t("domains.keysWaiting"),
                value: number(domain.keys.filter((key) => key.state === "waiting").length),
              },
            ],
          }))}
        />
      ) : (
        <Panel>
          {data ? (
            <Empty
              icon={IconWorld}
              title={t("domains.empty")}
              text={t("domains.emptyText")}
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
