import { Button, Group } from "@mantine/core";
import {
  IconActivity,
  IconFilterOff,
  IconPlayerPause,
  IconPlayerPlay,
  IconTrash,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useReducer, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client";
import { useStream } from "@/api/stream";
import { ContactName } from "@/components/contact-name";
import { useNumber } from "@/components/number";
import { Page } from "@/components/page";
import { Properties, propertiesLine } from "@/components/properties";
import { SearchBox } from "@/components/search-box";
import { Empty, Failure, RowsSkeleton } from "@/components/states";
import { Time } from "@/components/time/time";
import classes from "./events.module.css";
import { emptyTail, type Event, filterEvents, reduceTail, type Tail } from "./tail";

const loadedMax = 100;

export function EventsPage() {
  const { t } = useTranslation();
  const { q } = useSearch({ from: "/app/data/events" });
  const navigate = useNavigate();
  const [tail, dispatch] = useReducer(reduceTail, emptyTail);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["events"],
    queryFn: () => unwrap(api.GET("/events", { params: { query: { limit: loadedMax } } })),
    staleTime: 0,
    refetchOnWindowFocus: false,
  });
  useEffect(() => {
    if (data) dispatch({ type: "loaded", events: data.items });
  }, [data]);
  useStream({
    events: (events) => dispatch({ type: "arrived", events }),
    gap: (missed) => dispatch({ type: "gap", missed }),
  });
  const shown = filterEvents(tail.events, q ?? "");
  const search = (next: string | undefined) =>
    void navigate({ to: "/data/events", search: { q: next }, replace: true });
  return (
    <Page
      fill
      title={t("nav.events")}
      actions={
        <>
          <Button
            variant={tail.paused ? "filled" : "default"}
            leftSection={tail.paused ? <IconPlayerPlay size={15} /> : <IconPlayerPause size={15} />}
            onClick={() => dispatch({ type: tail.paused ? "resume" : "pause" })}
          >
            {tail.paused ? t("events.resume") : t("events.pause")}
          </Button>
          <Button
            variant="default"
            leftSection={<IconTrash size={15} />}
            onClick={() => dispatch({ type: "clear" })}
          >
            {t("events.clear")}
          </Button>
        </>
      }
    >
      <Group mb={12}>
        <SearchBox
          label={t("events.filter")}
          placeholder={t("events.filterExample")}
          value={q}
          onChange={search}
        />
      </Group>
      <div className={classes.list}>
        <Held tail={tail} />
        {shown.length > 0 ? (
          <ol aria-label={t("nav.events")}>
            {shown.map((event) => (
              <Row key={event.position} event={event} />
            ))}
          </ol>
        ) : error && tail.events.length === 0 ? (
          <Failure error={error} retry={() => void refetch()} />
        ) : isPending ? (
          <RowsSkeleton />
        ) : q ? (
          <Empty
            icon={IconFilterOff}
            title={t("events.noMatch")}
            text={t("events.noMatchText")}
            action={
              <Button variant="light" onClick={() => search(undefined)}>
                {t("action.clearFilters")}
              </Button>
            }
          />
        ) : (
          <Empty
            icon={IconActivity}
            title={t("events.empty")}
            text={t("events.emptyText")}
            action={
              <Button component={Link} to="/settings">
                {t("contacts.emptyAction")}
              </Button>
            }
          />
        )}
      </div>
    </Page>
  );
}

function Held({ tail }: { tail: Tail }) {
  const { t } = useTranslation();
  const number = useNumber();
  if (!tail.paused && tail.missed === 0) return null;
  return (
    <div className={classes.held} role="status">
      {tail.paused &&
        t("events.held", { count: tail.held.length, number: number(tail.held.length) })}
      {tail.missed > 0 &&
        ` ${t("events.missed", { count: tail.missed, number: number(tail.missed) })}`}
    </div>
  );
}

function Row({ event }: { event: Event }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <li className={classes.row}>
      <div className={classes.summary}>
        <span className={`${classes.dim} ${classes.time}`}>
          <Time at={event.receivedAt} as="seconds" />
        </span>
        <button
          type="button"
          className={`${classes.clip} ${classes.name}`}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {event.name}
        </button>
        <span className={`${classes.clip} ${classes.contact}`}>
          {event.contact ? <ContactName contact={event.contact} /> : t("events.noContact")}
        </span>
        <span className={`${classes.clip} ${classes.dim} ${classes.props}`}>
          {propertiesLine(event.properties)}
        </span>
        <span className={`${classes.clip} ${classes.dim} ${classes.source}`}>{event.source}</span>
      </div>
      {open && (
        <div className={classes.detail}>
          <Properties values={event.properties} />
          <Properties
            values={{
              [t("events.type")]: event.type,
              [t("events.happened")]: event.at,
              [t("events.received")]: event.receivedAt,
              [t("events.messageId")]: event.messageId,
            }}
          />
        </div>
      )}
    </li>
  );
}
