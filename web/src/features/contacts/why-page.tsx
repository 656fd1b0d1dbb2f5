import { SegmentedControl, Select, TextInput } from "@mantine/core";
import { IconHelpCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { contactQuery } from "@/api/contact";
import { journeysQuery, segmentsQuery } from "@/api/queries";
import { type WhyFilter, whyKinds } from "@/app/filters";
import { useContactName } from "@/components/contact-name";
import { Page, Panel } from "@/components/page";
import { Empty, Failure, RowsSkeleton } from "@/components/states";
import { campaignNamesQuery, explainQuery, templateNamesQuery } from "./queries";
import { Trail } from "./trail";
import classes from "./why.module.css";

/** Why something happened to a contact, or did not: each check that was made, with what it saw. */
export function WhyPage() {
  const { t } = useTranslation();
  const name = useContactName();
  const { id } = useParams({ from: "/app/contacts/$id/why" });
  const filter = useSearch({ from: "/app/contacts/$id/why" });
  const contact = useQuery(contactQuery(id)).data;
  const kind = whyKinds.find((each) => filter[each] !== undefined);
  return (
    <Page
      title={t("contacts.why")}
      parent={{
        to: `/contacts/${encodeURIComponent(id)}`,
        title: contact ? name(contact) : id,
      }}
    >
      <div className={classes.page}>
        <Question id={id} filter={filter} />
        {kind === undefined ? (
          <Panel>
            <Empty
              icon={IconHelpCircle}
              title={t("contacts.whyEmpty")}
              text={t("contacts.whyEmptyText")}
            />
          </Panel>
        ) : (
          <Answer id={id} filter={filter} />
        )}
      </div>
    </Page>
  );
}

type Kind = (typeof whyKinds)[number];

/** What is asked about: a journey, a campaign, a segment or a message. */
function Question({ id, filter }: { id: string; filter: WhyFilter }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const asked = whyKinds.find((each) => filter[each] !== undefined);
  const kind = filter.ask ?? asked ?? "journey";
  const choices = useChoices(kind);
  const go = (search: WhyFilter) =>
    void navigate({ to: "/contacts/$id/why", params: { id }, search, replace: true });
  return (
    <Panel title={t("contacts.whyAsk")}>
      <div className={classes.question}>
        <SegmentedControl
          size="xs"
          aria-label={t("contacts.whyAsk")}
          value={kind}
          onChange={(next) => go({ ask: whyKinds.find((each) => each === next) })}
          data={whyKinds.map((value) => ({ value, label: t(`contacts.whyKinds.${value}`) }))}
        />
        <Select
          size="xs"
          label={t(`contacts.whyQuestion.${kind}`)}
          placeholder={t("contacts.whyChoose")}
          data={choices}
          value={filter[kind] ?? null}
          onChange={(key) => go(key === null ? { ask: kind } : { [kind]: key })}
          searchable
        />
        {kind === "journey" && filter.journey !== undefined && (
          <TextInput
            label={t("contacts.whyStep")}
            defaultValue={filter.step ?? ""}
            key={filter.journey}
            onBlur={(event) =>
              go({
                journey: filter.journey,
                step: event.currentTarget.value.trim() || undefined,
              })
            }
            onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
          />
        )}
      </div>
    </Panel>
  );
}

function useChoices(kind: Kind): { value: string; label: string }[] {
  const journeys = useQuery({ ...journeysQuery, enabled: kind === "journey" }).data;
  const segments = useQuery({ ...segmentsQuery, enabled: kind === "segment" }).data;
  const campaigns = useQuery({ ...campaignNamesQuery, enabled: kind === "campaign" }).data;
  const templates = useQuery({ ...templateNamesQuery, enabled: kind === "message" }).data;
  const found = { journey: journeys, segment: segments, campaign: campaigns, message: templates };
  return (found[kind]?.items ?? []).map((each) => ({ value: each.key, label: each.name }));
}

function Answer({ id, filter }: { id: string; filter: WhyFilter }) {
  const { data, error, refetch } = useQuery(explainQuery(id, filter));
  if (error) {
    return (
      <Panel>
        <Failure error={error} retry={() => void refetch()} />
      </Panel>
    );
  }
  if (!data) {
    return (
      <Panel>
        <RowsSkeleton rows={6} />
      </Panel>
    );
  }
  return <Trail explanation={data} />;
}
