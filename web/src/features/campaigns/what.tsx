import { Anchor, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { topicsQuery } from "@/api/topics";
import { Panel } from "@/components/page";
import classes from "./campaigns.module.css";
import type { CampaignDraft } from "./draft";
import type { Change } from "./edit-page";
import { ProblemLines } from "./problem-lines";
import { templatesQuery } from "./queries";

interface Props {
  draft: CampaignDraft;
  change: Change;
  problems: string[];
}

/** What is sent, by whom, and under which topic. */
export function What({ draft, change, problems }: Props) {
  const { t } = useTranslation();
  const templates = useQuery(templatesQuery).data?.items ?? [];
  const topics = useQuery(topicsQuery).data ?? [];
  const template = templates.find((each) => each.key === draft.template);
  const topicChoices = topics.map((each) => ({ value: each.key, label: each.name }));
  // Where the workspace defines no topics any key is one.
  const known = topicChoices.some((each) => each.value === draft.topic);
  if (draft.topic && !known) topicChoices.push({ value: draft.topic, label: draft.topic });
  return (
    <Panel title={t("campaigns.what")}>
      <div className={classes.fields}>
        <TextInput
          label={t("campaigns.name")}
          value={draft.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
          maxLength={200}
        />
        <Select
          size="xs"
          label={t("campaigns.template")}
          data={templates.map((each) => ({ value: each.key, label: each.name }))}
          value={draft.template || null}
          onChange={(key) => change({ template: key ?? draft.template })}
          allowDeselect={false}
          searchable
          description={
            draft.template && (
              <Anchor
                fz="xs"
                renderRoot={(props) => (
                  <Link {...props} to="/templates/$key" params={{ key: draft.template }} />
                )}
              >
                {t("campaigns.openTemplate")}
              </Anchor>
            )
          }
          inputWrapperOrder={["label", "input", "description", "error"]}
        />
        <TextInput
          label={t("campaigns.subject")}
          description={t("campaigns.length", { count: [...draft.subject].length })}
          inputWrapperOrder={["label", "input", "description", "error"]}
          placeholder={template?.subject ?? undefined}
          value={draft.subject}
          onChange={(event) => change({ subject: event.currentTarget.value })}
          maxLength={2000}
        />
        <div className={classes.two}>
          <TextInput
            label={t("campaigns.fromName")}
            placeholder={t("campaigns.fromServer")}
            value={draft.from.name}
            onChange={(event) =>
              change({ from: { ...draft.from, name: event.currentTarget.value } })
            }
            maxLength={200}
          />
          <TextInput
            label={t("campaigns.fromAddress")}
            placeholder={t("campaigns.fromServer")}
            value={draft.from.address}
            onChange={(event) =>
              change({ from: { ...draft.from, address: event.currentTarget.value } })
            }
            error={draft.from.name && !draft.from.address && t("campaigns.addressMissing")}
            type="email"
            maxLength={320}
          />
        </div>
        <div className={classes.two}>
          <Select
            size="xs"
            label={t("campaigns.topic")}
            placeholder={t("campaigns.noTopic")}
            data={topicChoices}
            value={draft.topic || null}
            onChange={(topic) => change({ topic: topic ?? "" })}
            clearable
            clearButtonProps={{ "aria-label": t("campaigns.noTopic") }}
          />
          <Select
            size="xs"
            label={t("campaigns.class")}
            data={(["marketing", "transactional"] as const).map((value) => ({
              value,
              label: t(`campaigns.classes.${value}`),
            }))}
            value={draft.class}
            onChange={(next) =>
              change({ class: next === "transactional" ? "transactional" : "marketing" })
            }
            allowDeselect={false}
          />
        </div>
        <ProblemLines problems={problems} />
      </div>
    </Panel>
  );
}
