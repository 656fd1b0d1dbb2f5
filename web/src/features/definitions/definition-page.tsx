import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page, Panel } from "@/components/page";
import { Failure } from "@/components/states";
import { Status } from "@/components/status";
import { Time } from "@/components/time/time";
import classes from "./definitions.module.css";
import { Editor } from "./editor";
import { History } from "./history";
import { definitionQuery } from "./queries";

export function DefinitionPage() {
  const { t } = useTranslation();
  const { kind, key } = useParams({ from: "/app/data/definitions/$kind/$key" });
  const { data: definition, error, refetch } = useQuery(definitionQuery(kind, key));
  const parent = { to: "/data/definitions", title: t("nav.definitions") };
  if (error && !definition) {
    return (
      <Page title={key} parent={parent}>
        <Panel>
          <Failure error={error} retry={() => void refetch()} />
        </Panel>
      </Page>
    );
  }
  if (!definition) {
    return (
      <Page title={key} parent={parent}>
        <div role="status" aria-label={t("state.loading")}>
          <Skeleton height={420} radius="lg" />
        </div>
      </Page>
    );
  }
  return (
    <Page
      title={definition.key}
      parent={parent}
      meta={
        <>
          {definition.setAside.length > 0 && <Status state="set_aside" />}
          {definition.archived && <Status state="archived" />}{" "}
          {t(`definitions.kind.${definition.kind}`)} ·{" "}
          {t("definitions.version", { version: definition.version })} ·{" "}
          <Time at={definition.changedAt} />
          {definition.changedBy && ` ${t("definitions.by", { user: definition.changedBy })}`}
        </>
      }
    >
      <div className={classes.columns}>
        <Editor key={`${kind}/${key}`} definition={definition} />
        <History kind={kind} id={key} />
      </div>
    </Page>
  );
}
