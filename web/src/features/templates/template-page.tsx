import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page, Panel } from "@/components/page";
import { MendButton } from "@/components/set-aside";
import { Failure } from "@/components/states";
import { Composer } from "./composer";
import { templateDefinitionQuery } from "./queries";

/** A template: what it says, how it looks, and what should be looked at in it. */
export function TemplatePage() {
  const { t } = useTranslation();
  const { key } = useParams({ from: "/app/templates/$key" });
  const { data, error, refetch } = useQuery(templateDefinitionQuery(key));
  const parent = { to: "/templates", title: t("nav.templates") };
  if (error && !data) {
    return (
      <Page title={key} parent={parent}>
        <Panel>
          <Failure
            error={error}
            retry={() => void refetch()}
            action={<MendButton error={error} kind="template" id={key} />}
          />
        </Panel>
      </Page>
    );
  }
  if (!data) {
    return (
      <Page title={key} parent={parent}>
        <div role="status" aria-label={t("state.loading")}>
          <Skeleton height={480} radius="lg" />
        </div>
      </Page>
    );
  }
  return <Composer key={key} definition={data} />;
}
