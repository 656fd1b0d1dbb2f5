import { Button, Text } from "@mantine/core";
import { IconTimeline } from "@tabler/icons-react";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { usePaged } from "@/api/paged";
import { timelineKinds } from "@/app/filters";
import { readChoices, toggleChoice } from "@/app/search";
import { Chip, Chips } from "@/components/chip";
import { KindIcon } from "@/components/kind";
import { Panel } from "@/components/page";
import { Properties, propertiesLine } from "@/components/properties";
import { Empty, Failure, RowsSkeleton } from "@/components/states";
import { dayHeading } from "@/components/time/format";
import { useNow } from "@/components/time/now";
import { Time, useTimeStyle } from "@/components/time/time";
import classes from "./contact.module.css";
import { machineReason, ownProperties, wordsWithout } from "./machine";
import { fetchTimeline, timelineKey } from "./queries";

type Entry = Schemas["TimelineEntry"];

export function Timeline({ id }: { id: string }) {
  const { t } = useTranslation();
  const { kinds: chosen } = useSearch({ from: "/app/contacts/$id" });
  const navigate = useNavigate({ from: "/contacts/$id" });
  const kinds = readChoices(chosen, timelineKinds);
  const { query, rows } = usePaged(timelineKey(id, kinds), (cursor) =>
    fetchTimeline(id, kinds, cursor),
  );
  const show = (value: string | undefined) =>
    void navigate({ search: { kinds: value }, replace: true });
  return (
    <Panel title={t("timeline.title")}>
      <Chips label={t("timeline.filter")}>
        <Chip pressed={kinds.length === 0} onClick={() => show(undefined)}>
          {t("timeline.all")}
        </Chip>
        {timelineKinds.map((kind) => (
          <Chip
            key={kind}
            pressed={kinds.includes(kind)}
            onClick={() => show(toggleChoice(chosen, kind, timelineKinds))}
          >
            {t(`timeline.kind.${kind}`)}
          </Chip>
        ))}
      </Chips>
      {query.isPending ? (
        <RowsSkeleton />
      ) : query.error && rows.length === 0 ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : rows.length === 0 ? (
        <Empty icon={IconTimeline} title={t("timeline.empty")} text={t("timeline.emptyText")} />
      ) : (
        <Entries entries={rows} />
      )}
      {query.hasNextPage && (
        <Button
          variant="default"
          fullWidth
          mt="sm"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t("timeline.earlier")}
        </Button>
      )}
    </Panel>
  );
}

function Entries({ entries }: { entries: Entry[] }) {
  const now = useNow();
  const style = useTimeStyle();
  const days = new Map<string, Entry[]>();
  for (const entry of entries) {
    const day = dayHeading(entry.at, now, style);
    days.set(day, [...(days.get(day) ?? []), entry]);
  }
  return [...days].map(([day, list]) => (
    <div key={day}>
      <Text component="h3" className={classes.day}>
        {day}
      </Text>
      <ol className={classes.entries}>
        {list.map((entry) => (
          <Row key={entry.id} entry={entry} />
        ))}
      </ol>
    </div>
  ));
}

function Row({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  const machine = machineReason(entry);
  const properties = ownProperties(entry, machine);
  const line = propertiesLine(properties);
  return (
    <li className={classes.entry} data-machine={machine !== undefined}>
      <KindIcon kind={machine === undefined ? entry.kind : "machine"} />
      <div className={classes.entryText}>
        <span style={{ fontWeight: machine === undefined ? 550 : 400 }}>
          {wordsWithout(entry, machine)}
        </span>{" "}
        {machine !== undefined && (
          <span className={classes.machine}>{t("timeline.byProgram")}</span>
        )}{" "}
        <Reference entry={entry} />
      </div>
      <div className={classes.when}>
        <Time at={entry.at} as="seconds" />
      </div>
      {machine !== undefined && (
        <div className={classes.more}>
          {t("timeline.notCounted", {
            why: t(`timeline.machine.${machine}` as "timeline.machine.head", {
              defaultValue: machine.replaceAll("_", " "),
            }),
          })}
        </div>
      )}
      {entry.reason && (
        <div className={classes.more}>{t("timeline.because", { reason: entry.reason })}</div>
      )}
      {Object.keys(properties).length > 0 && (
        <div className={classes.more}>
          <details>
            <summary>{line || t("timeline.properties")}</summary>
            <Properties values={properties} />
          </details>
        </div>
      )}
    </li>
  );
}

function Reference({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  const ref = entry.ref;
  if (!ref) return null;
  switch (ref.type) {
    case "segment":
      return (
        <Link to="/segments/$key" params={{ key: ref.key }}>
          {t("timeline.open.segment")}
        </Link>
      );
    case "journey":
      return (
        <Link to="/journeys/$key" params={{ key: ref.key }}>
          {t("timeline.open.journey")}
        </Link>
      );
    case "mail":
      return (
        <Link to="/mailbox" search={{ id: ref.key }}>
          {t("timeline.open.mail")}
        </Link>
      );
    case "contact":
      return (
        <Link to="/contacts/$id" params={{ id: ref.key }}>
          {t("timeline.open.contact")}
        </Link>
      );
    default:
      return null;
  }
}
