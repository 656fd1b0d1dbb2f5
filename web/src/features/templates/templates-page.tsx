import { Button, Group } from "@mantine/core";
import { IconFilterOff, IconMail, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { CardList } from "@/components/card-list";
import { Page, Panel } from "@/components/page";
import { SearchBox } from "@/components/search-box";
import { SetAside } from "@/components/set-aside";
import { Empty, Failure, RowsSkeleton } from "@/components/states";
import { useAskTemplate } from "./new-template";
import { templatesQuery } from "./queries";

/** Every message that journeys and campaigns send. */
export function TemplatesPage() {
  const { t } = useTranslation();
  const { q } = useSearch({ from: "/app/templates" });
  const navigate = useNavigate();
  const ask = useAskTemplate();
  const { data, error, refetch } = useQuery(templatesQuery);
  const all = data?.items ?? [];
  const shown = all.filter((each) =>
    `${each.name} ${each.key} ${each.subject ?? ""}`
      .toLowerCase()
      .includes((q ?? "").toLowerCase()),
  );
  const change = (next: string | undefined) =>
    void navigate({ to: "/templates", search: { q: next }, replace: true });
  const create = (
    <Button leftSection={<IconPlus size={15} />} onClick={ask}>
      {t("templates.new")}
    </Button>
  );
  return (
    <Page
      title={t("nav.templates")}
      meta={data && <span role="status">{t("templates.count", { count: shown.length })}</span>}
      actions={all.length > 0 && create}
    >
      <SetAside kind="template" />
      {all.length > 0 && (
        <Group gap={8} mb={12}>
          <SearchBox
            label={t("templates.search")}
            placeholder={t("templates.searchExample")}
            value={q}
            onChange={change}
          />
        </Group>
      )}
      {shown.length > 0 ? (
        <CardList
          cards={shown.map((template) => ({
            key: template.key,
            href: `/templates/${encodeURIComponent(template.key)}`,
            name: template.name,
            text: template.subject ?? template.key,
            numbers: [],
          }))}
        />
      ) : (
        <Panel>
          {error && !data ? (
            <Failure error={error} retry={() => void refetch()} />
          ) : !data ? (
            <RowsSkeleton />
          ) : all.length > 0 ? (
            <Empty
              icon={IconFilterOff}
              title={t("templates.noMatch")}
              text={t("templates.noMatchText")}
              action={
                <Button variant="light" onClick={() => change(undefined)}>
                  {t("action.clearFilters")}
                </Button>
              }
            />
          ) : (
            <Empty
              icon={IconMail}
              title={t("templates.empty")}
              text={t("templates.emptyText")}
              action={create}
            />
          )}
        </Panel>
      )}
    </Page>
  );
}
