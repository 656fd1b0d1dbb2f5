import { Button } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconUpload } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { segmentsQuery } from "@/api/queries";
import { Allowed } from "@/components/allowed";
import { Page } from "@/components/page";
import { createDefinition, problemsOf } from "@/drafts/definition-draft";
import { keyFor } from "@/drafts/key-for";
import { SegmentEditor } from "./segment-editor";
import { type SegmentDraft, segmentText } from "./segment-text";

const emptyDraft: SegmentDraft = { name: "", where: { all: [] } };

/** A segment that is not there yet. What is written is kept in this browser until it is published. */
export function NewSegmentPage() {
  const { where } = useSearch({ from: "/app/segments/new" });
  return <New key={where ?? ""} where={where} />;
}

function New({ where }: { where: string | undefined }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const taken = useQuery(segmentsQuery).data?.items ?? [];
  const [value, setValue, forget] = useLocalStorage<SegmentDraft>({
    key: `sojourn-new-segment/${where ?? ""}`,
    defaultValue: where === undefined ? emptyDraft : { name: "", where: readWhere(where) },
    getInitialValueInEffect: false,
  });
  const create = useMutation({
    mutationFn: async () => {
      const name = value.name.trim();
      const key = keyFor(name, new Set(taken.map((each) => each.key)), "segment");
      await createDefinition("segment", key, segmentText(key, { ...value, name }));
      return key;
    },
    onSuccess: async (key) => {
      forget();
      notifications.show({ color: "green", message: t("segments.published") });
      await navigate({ to: "/segments/$key", params: { key } });
      await client.invalidateQueries();
    },
  });
  const problems = problemsOf(create.error).map((problem) => problem.message);
  return (
    <Page
      title={value.name || t("segments.new")}
      parent={{ to: "/segments", title: t("nav.segments") }}
      meta={t("segments.unpublished")}
      actions={
        <Allowed to="write">
          <Button
            leftSection={<IconUpload size={15} />}
            disabled={value.name.trim() === ""}
            loading={create.isPending}
            onClick={() => create.mutate()}
          >
            {t("segments.publish")}
          </Button>
        </Allowed>
      }
    >
      <SegmentEditor
        value={value}
        change={(part) => {
          create.reset();
          setValue((before) => ({ ...before, ...part }));
        }}
        problems={create.error && problems.length === 0 ? [create.error.message] : problems}
      />
    </Page>
  );
}

/** As it stands in an address: the JSON of a condition, or text. */
function readWhere(where: string): SegmentDraft["where"] {
  if (!where.startsWith("{")) return where;
  try {
    return JSON.parse(where) as SegmentDraft["where"];
  } catch {
    return where;
  }
}
