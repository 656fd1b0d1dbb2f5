import { Button, Group } from "@mantine/core";
import { IconFileText, IconFilterOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { definitionsQuery } from "@/api/definitions";
import { type DefinitionFilter, definitionKinds } from "@/app/filters";
import { Chip, Chips } from "@/components/chip";
import { useNumber } from "@/components/number";
import { Page, Panel } from "@/components/page";
import { SearchBox } from "@/components/search-box";
import { Empty, Failure, RowsSkeleton } from "@/components/states";
import { Status } from "@/components/status";
import { Time } from "@/components/time/time";
import classes from "./definitions.module.css";
import type { Definition } from "./queries";
import { fits } from "./text";

/** The workspace as text: every definition, what is out of force, and the way to its text. */
export function DefinitionsPage() {
  const { t } = useTranslation();
  const filter = useSearch({ from: "/app/data/definitions" });
  const navigate = useNavigate();
  const archived = filter.show === "archived";
  const { data, error, refetch } = useQuery(definitionsQuery(archived));
  const shown = (data ?? []).filter(
    (each) =>
      fits(each, filter.q) &&
      (filter.kind === undefined || each.kind === filter.kind) &&
      (filter.show !== "set_aside" || each.setAside.length > 0) &&
      (!archived || each.archived),
  );
  const change = (part: Partial<typeof filter>) =>
    void navigate({ to: "/data/definitions", search: { ...filter, ...part }, replace: true });
  return (
    <Page
      title={t("nav.definitions")}
      meta={data && <span role="status">{t("definitions.count", { count: shown.length })}</span>}
    >
      <Filters definitions={data ?? []} filter={filter} change={change} />
      <Panel>
        {shown.length > 0 ? (
          <List definitions={shown} />
        ) : error && !data ? (
          <Failure error={error} retry={() => void refetch()} />
        ) : !data ? (
          <RowsSkeleton />
        ) : data.length === 0 && filter.show === undefined ? (
          <Empty
            icon={IconFileText}
            title={t("definitions.empty")}
            text={t("definitions.emptyText")}
          />
        ) : (
          <Empty
            icon={IconFilterOff}
            title={t("definitions.noMatch")}
            text={t("definitions.noMatchText")}
            action={
              <Button
                variant="light"
                onClick={() => change({ q: undefined, kind: undefined, show: undefined })}
              >
                {t("action.clearFilters")}
              </Button>
            }
          />
        )}
      </Panel>
    </Page>
  );
}

function Filters(props: {
  definitions: Definition[];
  filter: DefinitionFilter;
  change: (part: Partial<DefinitionFilter>) => void;
}) {
  const { t } = useTranslation();
  const number = useNumber();
  const { definitions, filter, change } = props;
  const aside = definitions.filter((each) => each.setAside.length > 0).length;
  const toggle = (show: NonNullable<DefinitionFilter["show"]>) =>
    change({ show: filter.show === show ? undefined : show });
  return (
    <Group gap={8} mb={12}>
      <SearchBox
        label={t("definitions.search")}
        placeholder={t("definitions.searchExample")}
        value={filter.q}
        onChange={(q) => change({ q })}
      />
      <Chips label={t("definitions.filter")}>
        <Chip pressed={!filter.kind} onClick={() => change({ kind: undefined })}>
          {t("definitions.everyKind")}
        </Chip>
        {definitionKinds.map((kind) => (
          <Chip
            key={kind}
            pressed={filter.kind === kind}
            onClick={() => change({ kind: filter.kind === kind ? undefined : kind })}
          >
            {t(`definitions.kinds.${kind}`)}
          </Chip>
        ))}
      </Chips>
      <Chips label={t("definitions.show")}>
        <Chip pressed={filter.show === "set_aside"} onClick={() => toggle("set_aside")}>
          {t("definitions.showAside", { number: number(aside) })}
        </Chip>
        <Chip pressed={filter.show === "archived"} onClick={() => toggle("archived")}>
          {t("definitions.showArchived")}
        </Chip>
      </Chips>
    </Group>
  );
}

function List({ definitions }: { definitions: Definition[] }) {
  const { t } = useTranslation();
  return (
    <ul className={classes.list}>
      {definitions.map((each) => (
        <li key={`${each.kind}/${each.key}`}>
          <span className={classes.kind}>{t(`definitions.kind.${each.kind}`)}</span>
          <span className={classes.name}>
            <Link to="/data/definitions/$kind/$key" params={{ kind: each.kind, key: each.key }}>
              {each.key}
            </Link>{" "}
            {each.setAside.length > 0 && <Status state="set_aside" />}
            {each.archived && <Status state="archived" />}
            {each.setAside[0] && (
              <span className={classes.problem}>{each.setAside[0].message}</span>
            )}
          </span>
          <span className={classes.changed}>
            {t("definitions.version", { version: each.version })} · <Time at={each.changedAt} />
            {each.changedBy && ` ${t("definitions.by", { user: each.changedBy })}`}
          </span>
        </li>
      ))}
    </ul>
  );
}
