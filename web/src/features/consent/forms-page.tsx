import { Button } from "@mantine/core";
import { IconForms, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { CardList } from "@/components/card-list";
import { Page, Panel } from "@/components/page";
import { SetAside } from "@/components/set-aside";
import { Empty, Failure, RowsSkeleton } from "@/components/states";
import { formsQuery, topicsQuery } from "./queries";
import { Sections } from "./sections";
import { useAskForm } from "./signup-form";

/** Forms by which people sign up. */
export function FormsPage() {
  const { t } = useTranslation();
  const ask = useAskForm();
  const topics = useQuery(topicsQuery).data ?? [];
  const { data, error, refetch } = useQuery(formsQuery);
  const nameOf = (key: string) => topics.find((topic) => topic.definition.key === key)?.name ?? key;
  const create = (
    <Button leftSection={<IconPlus size={15} />} onClick={() => ask(null)}>
      {t("consent.newForm")}
    </Button>
  );
  return (
    <Page title={t("nav.consent")} actions={data && data.length > 0 && create}>
      <Sections />
      <SetAside kind="form" />
      {data && data.length > 0 ? (
        <CardList
          cards={data.map((form) => ({
            key: form.definition.key,
            href: `/consent/forms/${encodeURIComponent(form.definition.key)}`,
            name: form.title,
            text: [
              form.topics.length > 0
                ? t("consent.signsUpFor", { topics: form.topics.map(nameOf).join(", ") })
                : t("consent.signsUpForAll"),
              t(form.doubleOptIn ? "consent.confirmed" : "consent.notConfirmed"),
            ].join(" · "),
            numbers: [{ label: t("consent.fields"), value: String(form.fields.length + 1) }],
          }))}
        />
      ) : (
        <Panel>
          {error && !data ? (
            <Failure error={error} retry={() => void refetch()} />
          ) : !data ? (
            <RowsSkeleton rows={4} />
          ) : (
            <Empty
              icon={IconForms}
              title={t("consent.noForms")}
              text={t("consent.noFormsText")}
              action={create}
            />
          )}
        </Panel>
      )}
    </Page>
  );
}
