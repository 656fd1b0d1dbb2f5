import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page, Panel } from "@/components/page";
import { MendButton } from "@/components/set-aside";
import { Failure } from "@/components/states";
import { EditPage } from "./edit-page";
import { LivePage } from "./live-page";
import { campaignQuery, campaignTextQuery, isDraft } from "./queries";

/** A campaign: what it is to be until it is started, then what becomes of it. */
export function CampaignPage() {
  const { t } = useTranslation();
  const { key } = useParams({ from: "/app/campaigns/$key" });
  const campaign = useQuery(campaignQuery(key));
  const definition = useQuery(campaignTextQuery(key));
  const parent = { to: "/campaigns", title: t("nav.campaigns") };
  const error = campaign.data ? null : campaign.error;
  const draft = campaign.data && isDraft(campaign.data.state);
  if (error || (draft && definition.error && !definition.data)) {
    return (
      <Page title={key} parent={parent}>
        <Panel>
          <Failure
            error={error ?? definition.error}
            retry={() => {
              void campaign.refetch();
              void definition.refetch();
            }}
            action={<MendButton error={error} kind="campaign" id={key} />}
          />
        </Panel>
      </Page>
    );
  }
  if (!campaign.data || (draft && !definition.data)) {
    return (
      <Page title={key} parent={parent}>
        <div role="status" aria-label={t("state.loading")}>
          <Skeleton height={480} radius="lg" />
        </div>
      </Page>
    );
  }
  return draft && definition.data ? (
    <EditPage key={key} campaign={campaign.data} definition={definition.data} />
  ) : (
    <LivePage campaign={campaign.data} />
  );
}
