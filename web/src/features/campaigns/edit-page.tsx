import "@mantine/core/styles/InlineInput.css";
import "@mantine/core/styles/Pill.css";
import "@mantine/core/styles/PillsInput.css";
import "@mantine/core/styles/Switch.css";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { MessagePreview } from "@/components/message-preview";
import { Page, Panel } from "@/components/page";
import { Status } from "@/components/status";
import { Conflict } from "@/drafts/conflict";
import { problemsOf, useDefinitionDraft } from "@/drafts/definition-draft";
import { DraftStatus } from "@/drafts/draft-status";
import { CampaignMenu } from "./campaign-menu";
import classes from "./campaigns.module.css";
import { Check } from "./check";
import { type CampaignDraft, panelOfLine, readDraft, writeDraft } from "./draft";
import { previewRequest } from "./preview";
import type { Campaign } from "./queries";
import { TestPanel } from "./test-panel";
import { What } from "./what";
import { When } from "./when";
import { Who } from "./who";
import { templateTextQuery } from "./template-text";

interface Props {
  campaign: Campaign;
  definition: Schemas["Definition"];
}

export type Change = (part: Partial<CampaignDraft>) => void;

/** Who, What, When and Check, all on one page and in any order. */
export function EditPage({ campaign, definition }: Props) {
  const { t } = useTranslation();
  const { draft, keeper } = useDefinitionDraft(definition, true);
  const [form, setForm] = useState(() => ({ source: draft.text, value: readDraft(draft.text) }));
  const [arm, setArm] = useState<string | null>(null);
  // The text was changed by another way than this form: the other version was taken.
  if (form.source !== draft.text) setForm({ source: draft.text, value: readDraft(draft.text) });
  const { value } = form;
  const change: Change = (part) => {
    const next = { ...value, ...part };
    const source = writeDraft(draft.text, value, next);
    setForm({ source, value: next });
    keeper.edit(source);
  };
  const problems = problemsOf(draft.error);
  const messagesOf = (panel: string) =>
    problems
      .filter((problem) => panelOfLine(draft.text, problem.line) === panel)
      .map((problem) => problem.message);
  const shown = value.test?.arms.find((each) => each.name === arm) ?? value.test?.arms[0];
  const template = shown?.template || value.template;
  const templateText = useQuery(templateTextQuery(template)).data;
  return (
    <Page
      title={value.name || campaign.key}
      parent={{ to: "/campaigns", title: t("nav.campaigns") }}
      meta={
        <>
          <Status state={campaign.state} /> <DraftStatus state={draft.state} autosave />
        </>
      }
      actions={<CampaignMenu campaign={campaign} />}
    >
      <Conflict draft={draft} keeper={keeper} />
      <div className={classes.columns}>
        <div className={classes.panels}>
          <Who
            campaign={campaign}
            draft={value}
            change={change}
            rev={draft.base.rev}
            problems={messagesOf("who")}
          />
          <What draft={value} change={change} problems={messagesOf("what")} />
          <TestPanel
            draft={value}
            change={change}
            problems={messagesOf("test")}
            shown={shown?.name ?? null}
            show={setArm}
          />
          <When draft={value} change={change} problems={messagesOf("when")} />
          <Check campaign={campaign} draft={draft} value={value} />
        </div>
        <Panel title={t("campaigns.preview")} className={classes.aside}>
          <MessagePreview
            request={previewRequest(templateText, template, shown?.subject || value.subject)}
          />
        </Panel>
      </div>
    </Page>
  );
}
