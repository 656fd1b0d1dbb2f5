import { Button, SegmentedControl, Text } from "@mantine/core";
import { IconCircleCheck, IconHandStop, IconHourglass, IconPlayerPlay } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, type Schemas, unwrap } from "@/api/client";
import { useMay } from "@/api/permissions";
import { senderDomainsQuery, sendingQuery, sessionQuery, setupQuery } from "@/api/queries";
import { chooseLanguage, language, type Language, languages } from "@/app/language";
import { CopyBlock } from "@/components/copy";
import { useNumber } from "@/components/number";
import { Page, Panel } from "@/components/page";
import { useSendingSwitch } from "@/components/sending";
import { Snippets } from "@/components/snippet";
import { Failure, RowsSkeleton } from "@/components/states";
import { Status } from "@/components/status";
import { Time } from "@/components/time/time";
import classes from "./settings.module.css";
import { WarmUps } from "./warm-up";

const refreshDelay = 5_000;

export function SettingsPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("nav.settings")}>
      <div className={classes.sections}>
        <SendingPanel />
        <DomainsPanel />
        <TeamPanel />
        <AuditPanel />
        <SourcesPanel />
        <WorkspacePanel />
      </div>
    </Page>
  );
}

function SendingPanel() {
  const { t } = useTranslation();
  const number = useNumber();
  const { data, error, refetch } = useQuery({ ...sendingQuery, refetchInterval: refreshDelay });
  const may = useMay("write");
  const { askStop, askResume, pending } = useSendingSwitch();
  return (
    <Panel title={t("settings.sending")}>
      {error && !data ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !data ? (
        <RowsSkeleton rows={2} />
      ) : (
        <>
          <div className={classes.row}>
            <div className={classes.grow}>
              <Text size="sm" fw={550}>
                {data.stopped ? t("settings.stopped") : t("settings.running")}
              </Text>
              <div className={classes.dim}>
                {data.stopped &&
                  data.reason &&
                  `${t("sending.because", { reason: data.reason })} · `}
                {data.stopped && data.since && (
                  <>
                    <Time at={data.since} />
                    {" · "}
                  </>
                )}
                {t("settings.queued", { count: data.queued, number: number(data.queued) })}
              </div>
            </div>
            {!may ? null : data.stopped ? (
              <Button
                leftSection={<IconPlayerPlay size={15} />}
                loading={pending}
                onClick={() => askResume(data.queued)}
              >
                {t("sending.resume")}
              </Button>
            ) : (
              <Button
                color="red"
                variant="outline"
                c="var(--app-text-bad)"
                leftSection={<IconHandStop size={15} />}
                loading={pending}
                onClick={askStop}
              >
                {t("sending.stop")}
              </Button>
            )}
          </div>
          <WarmUps plans={data.warmUp} />
        </>
      )}
    </Panel>
  );
}

function DomainsPanel() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(senderDomainsQuery);
  return (
    <Panel title={t("nav.domains")}>
      {error && !data ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !data ? (
        <RowsSkeleton rows={2} />
      ) : (
        <div className={classes.row}>
          <div className={classes.grow}>
            {data.items.length === 0 ? (
              <Text size="sm">{t("domains.empty")}</Text>
            ) : (
              <ul className={classes.domains}>
                {data.items.map((domain) => (
                  <li key={domain.domain}>
                    <Link to="/settings/domains/$domain" params={{ domain: domain.domain }}>
                      {domain.domain}
                    </Link>{" "}
                    <Status state={domain.state} />
                  </li>
                ))}
              </ul>
            )}
            <div className={classes.dim}>{t("settings.domainsText")}</div>
          </div>
          <Button
            variant="default"
            renderRoot={(props) => <Link {...props} to="/settings/domains" />}
          >
            {t("settings.domainsOpen")}
          </Button>
        </div>
      )}
    </Panel>
  );
}

function TeamPanel() {
  const { t } = useTranslation();
  return (
    <Panel title={t("nav.team")}>
      <div className={classes.row}>
        <Text size="sm" className={classes.grow}>
          {t("settings.teamText")}
        </Text>
        <Button
          variant="default"
          renderRoot={(props) => <Link {...props} to="/settings/account" />}
        >
          {t("nav.account")}
        </Button>
        <Button variant="default" renderRoot={(props) => <Link {...props} to="/settings/team" />}>
          {t("settings.teamOpen")}
        </Button>
      </div>
    </Panel>
  );
}

function AuditPanel() {
  const { t } = useTranslation();
  // Only admins may read it.
  if (!useMay("admin")) return null;
  return (
    <Panel title={t("nav.audit")}>
      <div className={classes.row}>
        <Text size="sm" className={classes.grow}>
          {t("settings.auditText")}
        </Text>
        <Button variant="default" renderRoot={(props) => <Link {...props} to="/settings/audit" />}>
          {t("settings.auditOpen")}
        </Button>
      </div>
    </Panel>
  );
}

function SourcesPanel() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ["sources"],
    queryFn: () => unwrap(api.GET("/sources")),
    refetchInterval: refreshDelay,
  });
  const browser = data?.items.find((source) => source.kind === "browser");
  return (
    <Panel title={t("settings.sources")}>
      <Text size="sm" c="dimmed" mb="sm">
        {t("settings.sourcesText")}
      </Text>
      {error && !data ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !data ? (
        <RowsSkeleton rows={4} />
      ) : (
        <>
          {data.items.map((source) => (
            <SourceRow key={source.id} source={source} />
          ))}
          <Text size="sm" fw={600} mt="md" mb={4}>
            {t("settings.install")}
          </Text>
          <Snippets
            origin={location.origin}
            browserKey={browser?.key ?? t("settings.yourKey")}
            serverKey={t("settings.yourKey")}
          />
        </>
      )}
    </Panel>
  );
}

function SourceRow({ source }: { source: Schemas["Source"] }) {
  const { t } = useTranslation();
  return (
    <div className={classes.source}>
      <div className={classes.row}>
        <span className={`${classes.name} ${classes.grow}`}>{source.name}</span>
        {source.firstEventAt ? (
          <span className={classes.row} style={{ gap: 5, color: "var(--app-text-good)" }}>
            <IconCircleCheck size={15} aria-hidden /> {t("settings.firstEvent")}{" "}
            <Time at={source.firstEventAt} />
          </span>
        ) : (
          <span className={`${classes.row} ${classes.dim}`} style={{ gap: 5 }} role="status">
            <IconHourglass size={15} aria-hidden /> {t("settings.noEvent")}
          </span>
        )}
      </div>
      <div className={classes.dim}>{t(`settings.kind.${source.kind}`)}</div>
      {source.key ? (
        <CopyBlock text={source.key} what={t("settings.key", { name: source.name })} wrap />
      ) : (
        <code>{source.hint}</code>
      )}
    </div>
  );
}

function WorkspacePanel() {
  const { t } = useTranslation();
  const session = useQuery(sessionQuery).data;
  const setup = useQuery(setupQuery).data;
  return (
    <Panel title={t("settings.workspace")}>
      <dl className={classes.facts}>
        <dt>{t("setup.workspaceName")}</dt>
        <dd>{session?.workspace.name}</dd>
        <dt>{t("setup.timezone")}</dt>
        <dd>{session?.workspace.timezone}</dd>
        <dt>{t("settings.version")}</dt>
        <dd>{setup?.version}</dd>
        <dt>{t("settings.language")}</dt>
        <dd>
          <SegmentedControl
            size="xs"
            aria-label={t("settings.language")}
            value={language}
            onChange={(next) => chooseLanguage(next as Language)}
            data={Object.entries(languages).map(([value, label]) => ({ value, label }))}
          />
        </dd>
      </dl>
    </Panel>
  );
}
