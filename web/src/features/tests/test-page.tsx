import { Progress, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import { Allowed } from "@/components/allowed";
import { useNumber } from "@/components/number";
import { Page, Panel } from "@/components/page";
import { Failure } from "@/components/states";
import { Status } from "@/components/status";
import { useNow } from "@/components/time/now";
import { Time } from "@/components/time/time";
import { Arms } from "./arms";
import { Decide } from "./decide";
import { findTest, nameOf, stateOf, type Test, totalPeople, waitOf } from "./experiments";
import { journeyQuery } from "./queries";
import { useSentence } from "./sentence";
import classes from "./tests.module.css";

export function TestPage() {
  const { t } = useTranslation();
  const { journey: key, step } = useParams({ from: "/app/tests/$journey/$step" });
  const { data, error, refetch } = useQuery({ ...journeyQuery(key), refetchInterval: 10_000 });
  const parent = { to: "/tests", title: t("nav.tests") };
  const test = data && findTest(data, step);
  const missing = data && !test && new ApiError(404, "no_experiment", t("tests.gone"), null, null);
  if (missing || (error && !data)) {
    return (
      <Page title={step} parent={parent}>
        <Panel>
          <Failure error={missing || error} retry={() => void refetch()} />
        </Panel>
      </Page>
    );
  }
  if (!test) {
    return (
      <Page title={step} parent={parent}>
        <div className={classes.sections} role="status" aria-label={t("state.loading")}>
          <Skeleton height={130} radius="lg" />
          <Skeleton height={220} radius="lg" />
        </div>
      </Page>
    );
  }
  return (
    <Page
      title={nameOf(test)}
      parent={parent}
      meta={
        <>
          <Status state={stateOf(test.experiment)} /> {t("tests.ofJourney")}{" "}
          <Link to="/journeys/$key" params={{ key }} className={classes.link}>
            {test.journey.name}
          </Link>
        </>
      }
      actions={
        <Allowed to="write">
          <Decide test={test} />
        </Allowed>
      }
    >
      <div className={classes.sections}>
        <Result test={test} />
        <Arms test={test} />
        <About test={test} />
      </div>
    </Page>
  );
}

/** Less than that would be written as 0. */
const chanceShown = 0.001;

function Result({ test }: { test: Test }) {
  const { t } = useTranslation();
  const number = useNumber();
  const sentence = useSentence();
  const { verdict, winner } = test.experiment;
  return (
    <Panel title={t("tests.result")}>
      <p className={classes.sentence}>{sentence(test)}</p>
      {verdict && (
        <Text size="sm" c="dimmed">
          {verdict.chance < chanceShown
            ? t("tests.chanceSmall", { chance: number(100 * chanceShown) })
            : t("tests.chance", { chance: number(100 * verdict.chance) })}{" "}
          {t("tests.lookedAt")} <Time at={verdict.at} as="full" />
        </Text>
      )}
      {winner && (
        <Text size="sm" mt={4}>
          <strong>{t("tests.everybody", { arm: winner.arm })}</strong>{" "}
          <span className={classes.dim}>
            {winner.by ? t("tests.by", { user: winner.by }) : t("tests.byItself")}{" "}
            <Time at={winner.at} />
          </span>
        </Text>
      )}
      <Guard test={test} />
    </Panel>
  );
}

/** How far it is to the one look. No figure of the arms stands here: it would be read as a result. */
function Guard({ test }: { test: Test }) {
  const { t } = useTranslation();
  const number = useNumber();
  const wait = waitOf(test, useNow());
  const { decidesAfter, atLeast, since } = test.experiment;
  if (!wait || decidesAfter === null) return null;
  return (
    <div className={classes.guard}>
      <div>
        <div className={classes.guardHead}>
          <span>{t("tests.guardTime")}</span>
          <span className={classes.dim}>
            <Time at={since} /> – <Time at={decidesAfter} />
          </span>
        </div>
        <Progress size="sm" value={100 * wait.time} aria-label={t("tests.guardTime")} />
      </div>
      <div>
        <div className={classes.guardHead}>
          <span>{t("tests.guardPeople", { number: number(atLeast ?? 0) })}</span>
          <span className={`${classes.dim} num`}>{number(Math.floor(100 * wait.people))} %</span>
        </div>
        <Progress
          size="sm"
          value={100 * wait.people}
          aria-label={t("tests.guardPeople", { number: number(atLeast ?? 0) })}
        />
      </div>
      <Text size="sm" c="dimmed">
        {t("tests.guardWhy")}
      </Text>
    </div>
  );
}

function About({ test }: { test: Test }) {
  const { t } = useTranslation();
  const number = useNumber();
  const { measure, since, version, confidence } = test.experiment;
  return (
    <Panel title={t("tests.about")}>
      <dl className={classes.facts}>
        <dt>{t("tests.measure")}</dt>
        <dd>
          {t(`tests.measures.${measure}`)}
          {measure === "goal" && test.journey.goal && `: ${test.journey.goal.summary}`}
        </dd>
        <dt>{t("tests.since")}</dt>
        <dd>
          <Time at={since} as="full" />, {t("tests.version", { version })}
        </dd>
        <dt>{t("tests.confidence")}</dt>
        <dd className="num">{number(confidence)} %</dd>
        <dt>{t("tests.people")}</dt>
        <dd>
          <Link
            to="/journeys/$key/contacts"
            params={{ key: test.journey.key }}
            search={{ step: test.step.id, state: "passed" }}
            className={`${classes.link} num`}
          >
            {t("contacts.count", {
              count: test.step.counts.passed,
              number: number(test.step.counts.passed),
            })}
          </Link>{" "}
          <span className={classes.dim}>
            {t("tests.peopleByChance", { number: number(totalPeople(test)) })}
          </span>
        </dd>
      </dl>
    </Panel>
  );
}
