import { Button } from "@mantine/core";
import { IconPencil, IconPlus, IconTags } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page, Panel } from "@/components/page";
import { SetAside } from "@/components/set-aside";
import { Empty, Failure, RowsSkeleton } from "@/components/states";
import classes from "./consent.module.css";
import { type Topic, topicsQuery } from "./queries";
import { Sections } from "./sections";
import { useAskTopic } from "./topic-form";

/** What contacts can want mails about, as the preference centre shows it. */
export function TopicsPage() {
  const { t } = useTranslation();
  const ask = useAskTopic();
  const { data, error, refetch } = useQuery(topicsQuery);
  const create = (
    <Button leftSection={<IconPlus size={15} />} onClick={() => ask(null)}>
      {t("consent.newTopic")}
    </Button>
  );
  return (
    <Page title={t("nav.consent")} actions={data && data.length > 0 && create}>
      <Sections />
      <SetAside kind="topic" />
      <Panel title={t("consent.topics")}>
        {data && data.length > 0 ? (
          <>
            <p className={classes.hint}>{t("consent.topicsText")}</p>
            <ul className={classes.rows}>
              {data.map((topic) => (
                <TopicRow key={topic.definition.key} topic={topic} edit={() => ask(topic)} />
              ))}
            </ul>
          </>
        ) : error && !data ? (
          <Failure error={error} retry={() => void refetch()} />
        ) : !data ? (
          <RowsSkeleton rows={4} />
        ) : (
          <Empty
            icon={IconTags}
            title={t("consent.noTopics")}
            text={t("consent.noTopicsText")}
            action={create}
          />
        )}
      </Panel>
    </Page>
  );
}

function TopicRow({ topic, edit }: { topic: Topic; edit: () => void }) {
  const { t } = useTranslation();
  return (
    <li className={classes.row}>
      <div>
        <div className={classes.name}>{topic.name}</div>
        <div className={classes.dim}>{topic.description || t("consent.noDescription")}</div>
        <div className={classes.dim}>
          {t(`consent.default.${topic.default}`)} · {t(`consent.visibility.${topic.visibility}`)} ·{" "}
          <Link
            to="/data/definitions/$kind/$key"
            params={{ kind: "topic", key: topic.definition.key }}
          >
            {topic.definition.key}
          </Link>
        </div>
      </div>
      <Button
        variant="default"
        leftSection={<IconPencil size={15} />}
        aria-label={t("consent.editTopic", { name: topic.name })}
        onClick={edit}
      >
        {t("consent.edit")}
      </Button>
    </li>
  );
}
