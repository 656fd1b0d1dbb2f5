import { Button, Skeleton } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { Allowed } from "@/components/allowed";
import { Page, Panel } from "@/components/page";
import { Failure } from "@/components/states";
import { Conflict } from "@/drafts/conflict";
import { problemsOf, useDefinitionDraft } from "@/drafts/definition-draft";
import { DraftStatus } from "@/drafts/draft-status";
import { usePublish } from "./publish";
import { segmentTextQuery } from "./queries";
import { SegmentEditor } from "./segment-editor";
import { readSegment, type SegmentDraft, writeSegment } from "./segment-text";

/** A segment that is being changed; what it was holds until the change is published. */
export function EditSegmentPage() {
  const { t } = useTranslation();
  const { key } = useParams({ from: "/app/segments/$key/edit" });
  const { data, error, refetch } = useQuery(segmentTextQuery(key));
  const parent = { to: `/segments/${encodeURIComponent(key)}`, title: key };
  if (data) return <Edit key={key} definition={data} />;
  return (
    <Page title={t("segments.edit")} parent={parent}>
      {error ? (
        <Panel>
          <Failure error={error} retry={() => void refetch()} />
        </Panel>
      ) : (
        <div role="status" aria-label={t("state.loading")}>
          <Skeleton height={420} radius="lg" />
        </div>
      )}
    </Page>
  );
}

function Edit({ definition }: { definition: Schemas["Definition"] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { draft, keeper } = useDefinitionDraft(definition, false);
  const [form, setForm] = useState(() => ({ source: draft.text, value: readSegment(draft.text) }));
  // The text was changed by another way than this form: the other version was taken.
  if (form.source !== draft.text) setForm({ source: draft.text, value: readSegment(draft.text) });
  const change = (part: Partial<SegmentDraft>) => {
    const value = { ...form.value, ...part };
    const source = writeSegment(draft.text, form.value, value);
    setForm({ source, value });
    keeper.edit(source);
  };
  const publish = usePublish(definition, keeper, () =>
    navigate({ to: "/segments/$key", params: { key: definition.key } }),
  );
  const changed = draft.text !== draft.base.text;
  const problems = problemsOf(draft.error).map((problem) => problem.message);
  const refused = draft.error && problems.length === 0 ? [draft.error.message] : problems;
  return (
    <Page
      title={form.value.name || definition.key}
      parent={{
        to: `/segments/${encodeURIComponent(definition.key)}`,
        title: t("nav.segments"),
      }}
      meta={<DraftStatus state={draft.state} autosave={false} />}
      actions={
        <>
          {changed && draft.state !== "conflict" && (
            <Button variant="default" onClick={() => keeper.edit(draft.base.text)}>
              {t("segments.discard")}
            </Button>
          )}
          <Allowed to="write">
            <Button
              leftSection={<IconUpload size={15} />}
              disabled={!changed || draft.state === "conflict"}
              loading={draft.state === "saving"}
              onClick={() => void publish()}
            >
              {t("segments.publish")}
            </Button>
          </Allowed>
        </>
      }
    >
      <Conflict draft={draft} keeper={keeper} />
      <SegmentEditor value={form.value} change={change} problems={refused} />
    </Page>
  );
}
