import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { IconRoute } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Page, Panel } from "@/components/page";
import { Empty, Failure } from "@/components/states";
import { keptDraft } from "@/drafts/definition-draft";
import { Editor } from "./editor";
import { journeyDefinitionQuery, kind, unpublished } from "./queries";

/** A journey to be edited: one that is published, or one that is kept in this browser. */
export function EditPage() {
  const { t } = useTranslation();
  const { key } = useParams({ from: "/app/journeys/$key/edit" });
  const { data, error, refetch } = useQuery(journeyDefinitionQuery(key));
  const parent = { to: "/journeys", title: t("nav.journeys") };
  if (data === undefined) {
    return (
      <Page title={key} parent={parent}>
        {error ? (
          <Panel>
            <Failure error={error} retry={() => void refetch()} />
          </Panel>
        ) : (
          <div role="status" aria-label={t("state.loading")}>
            <Skeleton height={480} radius="lg" />
          </div>
        )}
      </Page>
    );
  }
  if (data === null && keptDraft(kind, key) === null) {
    return (
      <Page title={key} parent={parent}>
        <Panel>
          <Empty
            icon={IconRoute}
            title={t("editor.noSuch")}
            text={t("editor.noSuchText")}
            action={
              <Button renderRoot={(props) => <Link {...props} to="/journeys/new" />}>
                {t("editor.new")}
              </Button>
            }
          />
        </Panel>
      </Page>
    );
  }
  return <Editor key={key} definition={data ?? unpublished(key)} />;
}
