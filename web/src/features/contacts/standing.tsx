import { Progress, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { useNumber } from "@/components/number";
import { Panel } from "@/components/page";
import { Status } from "@/components/status";
import { Time } from "@/components/time/time";
import { ContactLists } from "./contact-lists";
import classes from "./contact.module.css";

type Contact = Schemas["Contact"];

/** Where the contact stands: scores, segments, journeys, consent. */
export function Standing({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  return (
    <div className={`${classes.side} ${classes.right}`}>
      {contact.scores.map((score) => (
        <ScoreCard key={score.key} score={score} />
      ))}
      <Panel title={t("nav.segments")}>
        <None when={contact.segments.length === 0} text={t("contacts.noSegments")} />
        <ul className={classes.rows}>
          {contact.segments.map((segment) => (
            <li key={segment.key} className={classes.line}>
              <span className={classes.grow}>
                <Link to="/segments/$key" params={{ key: segment.key }}>
                  {segment.name}
                </Link>
              </span>
              {segment.since && (
                <span className={classes.dim}>
                  {t("contacts.since")} <Time at={segment.since} />
                </span>
              )}
            </li>
          ))}
        </ul>
      </Panel>
      <ContactLists contact={contact} />
      <Panel title={t("nav.journeys")}>
        <None when={contact.runs.length === 0} text={t("contacts.noRuns")} />
        <ul className={classes.rows}>
          {contact.runs.map((run) => (
            <RunLine key={run.id} run={run} />
          ))}
        </ul>
      </Panel>
      <Panel
        title={t("contacts.consent")}
        action={
          <Link
            to="/contacts/$id/consent"
            params={{ id: contact.id }}
            className={classes.panelLink}
          >
            {t("contacts.ledger")}
          </Link>
        }
      >
        <None when={contact.consent.length === 0} text={t("contacts.noConsent")} />
        <ul className={classes.rows}>
          {contact.consent.map((consent) => (
            <li key={`${consent.channel}/${consent.address}/${consent.topic}`}>
              <div className={classes.line}>
                <span className={classes.grow}>
                  {consent.channel} · {consent.topic ?? t("contacts.everyTopic")}
                </span>
                <Status state={consent.state} />
              </div>
              <div className={classes.dim}>
                {consent.address}
                {consent.source && ` · ${consent.source}`}
                {consent.at && (
                  <>
                    {" · "}
                    <Time at={consent.at} />
                  </>
                )}
              </div>
            </li>
          ))}
        </ul>
      </Panel>
    </div>
  );
}

function None({ when, text }: { when: boolean; text: string }) {
  if (!when) return null;
  return (
    <Text size="sm" c="dimmed">
      {text}
    </Text>
  );
}

function ScoreCard({ score }: { score: Contact["scores"][number] }) {
  const { t } = useTranslation();
  const number = useNumber();
  const top = score.thresholds[score.thresholds.length - 1];
  const next = score.thresholds.find((threshold) => !threshold.reached);
  return (
    <Panel title={score.name}>
      <div className={classes.line}>
        <span className={`${classes.score} num`}>{number(score.value)}</span>
        <span className={classes.dim}>
          {next
            ? t("scores.toNext", { points: number(next.value - score.value), name: next.name })
            : top && t("scores.reached", { name: top.name })}
        </span>
      </div>
      {top && (
        <Progress
          mt={4}
          size="sm"
          value={Math.min(100, (100 * score.value) / top.value)}
          color={top.reached ? "green" : "indigo"}
          aria-label={t("scores.label", { name: score.name })}
        />
      )}
      <ul className={classes.reasons} aria-label={t("scores.reasons")}>
        {score.reasons.map((reason) => (
          <li key={`${reason.text}/${reason.at}`} className={classes.line}>
            <strong className="num">
              {reason.points > 0 ? "+" : ""}
              {number(reason.points)}
            </strong>
            <span className={classes.grow}>{reason.text}</span>
            <span className={classes.dim}>
              <Time at={reason.at} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function RunLine({ run }: { run: Schemas["Run"] }) {
  const { t } = useTranslation();
  return (
    <li>
      <div className={classes.line}>
        <span className={classes.grow}>
          <Link to="/journeys/$key" params={{ key: run.journey }}>
            {run.journeyName}
          </Link>
        </span>
        <Status state={run.state} />
      </div>
      <div className={classes.dim}>
        {run.stepName && `${run.stepName} · `}
        {t("contacts.entered")} <Time at={run.enteredAt} />
      </div>
      {run.waitingFor && (
        <div className={classes.dim}>{t("contacts.waitingFor", { what: run.waitingFor })}</div>
      )}
      {run.waitingUntil && (
        <div className={classes.dim}>
          {t("contacts.waitingUntil")} <Time at={run.waitingUntil} as="full" />
        </div>
      )}
      {run.reason && <div className={classes.dim}>{run.reason}</div>}
    </li>
  );
}
