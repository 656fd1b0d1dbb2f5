import { Button, Group } from "@mantine/core";
import { IconFilterOff, IconPlus, IconSpeakerphone } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { CardList } from "@/components/card-list";
import { Chip, Chips } from "@/components/chip";
import { useNumber } from "@/components/number";
import { Page, Panel } from "@/components/page";
import { SearchBox } from "@/components/search-box";
import { SetAside } from "@/components/set-aside";
import { Empty, Failure, RowsSkeleton } from "@/components/states";
import { Status } from "@/components/status";
import { useAskCampaign } from "./new-campaign";
import { campaignsQuery } from "./queries";
import { useSummary } from "./summary";
import { groupOf, groups } from "./groups";

/** Every campaign: what it is doing, and what came of it. */
export function CampaignsPage() {
  const { t } = useTranslation();
  const number = useNumber();
  const summary = useSummary();
  const filter = useSearch({ from: "/app/campaigns" });
  const navigate = useNavigate();
  const ask = useAskCampaign();
  const { data, error, refetch } = useQuery(campaignsQuery);
  const all = data?.items ?? [];
  const shown = all.filter(
    (campaign) =>
      (filter.state === undefined || groupOf(campaign.state) === filter.state) &&
      (filter.q === undefined ||
        `${campaign.name} ${campaign.key}`.toLowerCase().includes(filter.q.toLowerCase())),
  );
  const change = (part: Partial<typeof filter>) =>
    void navigate({ to: "/campaigns", search: { ...filter, ...part }, replace: true });
  const create = (
    <Button leftSection={<IconPlus size={15} />} onClick={ask}>
      {t("campaigns.new")}
    </Button>
  );
  return (
    <Page
      title={t("nav.campaigns")}
      meta={data && <span role="status">{t("campaigns.count", { count: shown.length })}</span>}
      actions={all.length > 0 && create}
    >
      <SetAside kind="campaign" />
      {all.length > 0 && (
        <Group gap={8} mb={12}>
          <SearchBox
            label={t("campaigns.search")}
            placeholder={t("campaigns.searchExample")}
            value={filter.q}
            onChange={(q) => change({ q })}
          />
          <Chips label={t("campaigns.filter")}>
            <Chip pressed={!filter.state} onClick={() => change({ state: undefined })}>
              {t("campaigns.all")}
            </Chip>
            {groups.map((group) => (
              <Chip
                key={group}
                pressed={filter.state === group}
                onClick={() => change({ state: filter.state === group ? undefined : group })}
              >
                {t(`campaigns.group.${group}`)}
              </Chip>
            ))}
          </Chips>
        </Group>
      )}
      {shown.length > 0 ? (
        <CardList
          cards={shown.map((campaign) => ({
            key: campaign.key,
            href: `/campaigns/${encodeURIComponent(campaign.key)}`,
            name: campaign.name,
            status: <Status state={campaign.state} />,
            text: summary(campaign),
            numbers:
              campaign.audience === null
                ? []
                : [
                    { label: t("campaigns.sent"), value: number(campaign.states.sent) },
                    { label: t("campaigns.opened"), value: number(campaign.opened) },
                    { label: t("campaigns.clicked"), value: number(campaign.clicked) },
                  ],
          }))}
        />
      ) : (
        <Panel>
          {error && !data ? (
            <Failure error={error} retry={() => void refetch()} />
          ) : !data ? (
            <RowsSkeleton />
          ) : all.length > 0 ? (
            <Empty
              icon={IconFilterOff}
              title={t("campaigns.noMatch")}
              text={t("campaigns.noMatchText")}
              action={
                <Button variant="light" onClick={() => change({ q: undefined, state: undefined })}>
                  {t("action.clearFilters")}
                </Button>
              }
            />
          ) : (
            <Empty
              icon={IconSpeakerphone}
              title={t("campaigns.empty")}
              text={t("campaigns.emptyText")}
              action={create}
            />
          )}
        </Panel>
      )}
    </Page>
  );
}
