import { Anchor, Progress, Skeleton, Table, Text } from "@mantine/core";
import {
  IconAlertTriangle,
  IconChevronRight,
  IconCircle,
  IconCircleCheckFilled,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { homeQuery } from "@/api/queries";
import { AppLink } from "@/components/app-link";
import { useNumber } from "@/components/number";
import { Page, Panel } from "@/components/page";
import { SetAside } from "@/components/set-aside";
import { Failure } from "@/components/states";
import classes from "./home.module.css";
import { MinuteBars } from "./minute-bars";

type Home = Schemas["Home"];

export function HomePage() {
  const { t } = useTranslation();
  const { data: home, error, refetch } = useQuery(homeQuery);
  if (error && !home) {
    return (
      <Page title={t("nav.home")}>
        <Panel>
          <Failure error={error} retry={() => void refetch()} />
        </Panel>
      </Page>
    );
  }
  return <Page title={t("nav.home")}>{home ? <Full home={home} /> : <Loading />}</Page>;
}

function Loading() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("state.loading")}>
      <div className={classes.tiles}>
        {Array.from({ length: 5 }, (_, index) => (
          <Skeleton key={index} height={94} radius="lg" />
        ))}
      </div>
      <div className={classes.columns}>
        <Skeleton height={180} radius="lg" />
        <Skeleton height={180} radius="lg" />
      </div>
    </div>
  );
}

function Full({ home }: { home: Home }) {
  const { t } = useTranslation();
  const number = useNumber();
  const lastMinutes = home.eventsPerMinute.slice(-5).reduce((sum, count) => sum + count, 0);
  const checklistOpen = home.checklist.some((item) => !item.done);
  return (
    <>
      <SetAside />
      <div className={classes.tiles}>
        <Tile to="/contacts" label={t("home.contacts")} value={number(home.contacts)} />
        <Tile
          to="/data/events"
          label={t("home.eventsToday")}
          value={number(home.eventsToday)}
          hint={t("home.eventsTotal", { number: number(home.eventsTotal) })}
        />
        <Tile
          to="/messages?status=sent"
          label={t("home.sentToday")}
          value={number(home.messagesSentToday)}
        />
        <Tile
          to="/messages?status=queued"
          label={t("home.queued")}
          value={number(home.messagesQueued)}
          hint={home.sending.stopped ? t("home.queuedStopped") : undefined}
        />
        <Tile to="/journeys" label={t("home.runs")} value={number(home.activeRuns)} />
      </div>
      <div className={classes.columns}>
        <div className={classes.column}>
          <Panel
            title={t("home.activity")}
            action={
              <Text size="sm" c="dimmed" className="num">
                {t("home.lastMinutes", { count: lastMinutes, number: number(lastMinutes) })}
              </Text>
            }
          >
            <MinuteBars counts={home.eventsPerMinute} />
          </Panel>
          <Journeys journeys={home.journeys} />
        </div>
        <div className={classes.column}>
          {checklistOpen && <Checklist items={home.checklist} />}
          <Attention items={home.needsAttention} />
          <Segments segments={home.segments} />
        </div>
      </div>
    </>
  );
}

function Tile(props: { to: string; label: string; value: string; hint?: string }) {
  return (
    <AppLink href={props.to} className={classes.tile}>
      <div className={classes.label}>{props.label}</div>
      <div className={`${classes.value} num`}>{props.value}</div>
      <div className={`${classes.hint} num`}>{props.hint ?? "\u00a0"}</div>
    </AppLink>
  );
}

function Checklist({ items }: { items: Home["checklist"] }) {
  const { t } = useTranslation();
  const done = items.filter((item) => item.done).length;
  return (
    <Panel
      title={t("home.checklist")}
      action={
        <Text size="sm" c="dimmed" className="num">
          {t("home.checklistDone", { done, of: items.length })}
        </Text>
      }
    >
      <Progress
        value={(100 * done) / Math.max(1, items.length)}
        size="sm"
        mb="xs"
        aria-label={t("home.checklist")}
      />
      <ul className={classes.list}>
        {items.map((item) => (
          <li key={item.key}>
            <AppLink href={item.link} className={classes.item}>
              {item.done ? (
                <IconCircleCheckFilled size={17} color="var(--app-text-good)" aria-hidden />
              ) : (
                <IconCircle size={17} color="var(--app-edge)" aria-hidden />
              )}
              <span className={`${classes.grow} ${item.done ? classes.done : ""}`}>
                {item.title}
                {item.done && <span hidden> ({t("home.done")})</span>}
              </span>
              {!item.done && <IconChevronRight size={15} aria-hidden />}
            </AppLink>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Attention({ items }: { items: Home["needsAttention"] }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("home.attention")}>
      {items.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("home.attentionNone")}
        </Text>
      ) : (
        <ul className={classes.list}>
          {items.map((item) => (
            <li key={item.code}>
              <AppLink href={item.link} className={classes.item}>
                <IconAlertTriangle size={16} color="var(--app-text-wait)" aria-hidden />
                <span className={classes.grow}>{item.text}</span>
                <IconChevronRight size={15} aria-hidden />
              </AppLink>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Segments({ segments }: { segments: Home["segments"] }) {
  const { t } = useTranslation();
  const number = useNumber();
  return (
    <Panel title={t("nav.segments")}>
      {segments.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("segments.emptyText")}
        </Text>
      )}
      <ul className={classes.list}>
        {segments.map((segment) => (
          <li key={segment.key}>
            <Link to="/segments/$key" params={{ key: segment.key }} className={classes.item}>
              <span className={classes.grow}>{segment.name}</span>
              <strong className="num">{number(segment.size)}</strong>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Journeys({ journeys }: { journeys: Home["journeys"] }) {
  const { t } = useTranslation();
  const number = useNumber();
  return (
    <Panel title={t("nav.journeys")}>
      {journeys.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("journeys.emptyText")}
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={380} type="native">
          <Table horizontalSpacing={8}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("journeys.name")}</Table.Th>
                <Table.Th ta="right">{t("journeys.entered")}</Table.Th>
                <Table.Th ta="right">{t("journeys.active")}</Table.Th>
                <Table.Th ta="right">{t("journeys.completed")}</Table.Th>
                <Table.Th ta="right">{t("journeys.goal")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody className="num">
              {journeys.map((journey) => (
                <Table.Tr key={journey.key}>
                  <Table.Td>
                    <Anchor
                      fz="sm"
                      renderRoot={(props) => (
                        <Link {...props} to="/journeys/$key" params={{ key: journey.key }} />
                      )}
                    >
                      {journey.name}
                    </Anchor>
                  </Table.Td>
                  <Table.Td ta="right">{number(journey.entered)}</Table.Td>
                  <Table.Td ta="right">{number(journey.active)}</Table.Td>
                  <Table.Td ta="right">{number(journey.completed)}</Table.Td>
                  <Table.Td ta="right">{number(journey.goals)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Panel>
  );
}
