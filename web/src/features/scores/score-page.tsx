import { Button, Skeleton } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Allowed } from "@/components/allowed";
import { useNumber } from "@/components/number";
import { Page, Panel } from "@/components/page";
import { MendButton } from "@/components/set-aside";
import { Failure } from "@/components/states";
import { BackfillPanel } from "./backfill-panel";
import { Distribution } from "./distribution";
import { type Score, scoreQuery } from "./queries";
import { Reasons } from "./reasons";
import classes from "./scores.module.css";

/** A score: what gives points, where people stand, and why one of them does. */
export function ScorePage() {
  const { t } = useTranslation();
  const { key } = useParams({ from: "/app/scores/$key" });
  const { data: score, error, refetch } = useQuery(scoreQuery(key));
  const parent = { to: "/scores", title: t("nav.scores") };
  if (error && !score) {
    return (
      <Page title={key} parent={parent}>
        <Panel>
          <Failure
            error={error}
            retry={() => void refetch()}
            action={<MendButton error={error} kind="score" id={key} />}
          />
        </Panel>
      </Page>
    );
  }
  if (!score) {
    return (
      <Page title={key} parent={parent}>
        <div role="status" aria-label={t("state.loading")}>
          <Skeleton height={420} radius="lg" />
        </div>
      </Page>
    );
  }
  return (
    <Page
      title={score.name}
      parent={parent}
      meta={
        score.halfLife === null
          ? t("scorePages.stays")
          : t("scorePages.fades", { time: score.halfLife })
      }
      actions={
        <Allowed to="write">
          <Button
            leftSection={<IconPencil size={15} />}
            renderRoot={(props) => (
              <Link {...props} to="/data/definitions/$kind/$key" params={{ kind: "score", key }} />
            )}
          >
            {t("scorePages.edit")}
          </Button>
        </Allowed>
      }
    >
      <div className={classes.stack}>
        {score.state !== "ready" && <BackfillPanel />}
        <div className={classes.columns}>
          <Rules score={score} />
          <div className={classes.stack}>
            <Panel title={t("scorePages.distribution")}>
              <Distribution score={score} />
            </Panel>
            <Thresholds score={score} />
            <Reasons score={score} />
          </div>
        </div>
      </div>
    </Page>
  );
}

function Rules({ score }: { score: Score }) {
  const { t } = useTranslation();
  const number = useNumber();
  return (
    <Panel title={t("scorePages.rules")}>
      <ul className={classes.rules}>
        {score.rules.map((rule, index) => (
          <li key={index}>
            <span className={`${classes.points} num`} data-sign={Math.sign(rule.points)}>
              {rule.points > 0 ? "+" : ""}
              {number(rule.points)}
            </span>
            <span>
              {rule.text}
              {rule.cap !== null && (
                <span className={classes.dim}>
                  {" "}
                  {t("scorePages.cap", { points: number(rule.cap) })}
                </span>
              )}
            </span>
          </li>
        ))}
      </ul>
      {score.grades.length > 0 && (
        <p className={classes.dim}>
          {t("scorePages.grades")}{" "}
          {score.grades.map((grade) => (
            <Link
              key={grade.key}
              to="/data/definitions/$kind/$key"
              params={{ kind: "grade", key: grade.key }}
            >
              {grade.name}{" "}
            </Link>
          ))}
        </p>
      )}
    </Panel>
  );
}

/** Each number opens the people behind it. */
function Thresholds({ score }: { score: Score }) {
  const { t } = useTranslation();
  const number = useNumber();
  if (score.thresholds.length === 0) return null;
  return (
    <Panel title={t("scorePages.thresholds")}>
      <ul className={classes.rules}>
        {score.thresholds.map((threshold) => (
          <li key={threshold.name}>
            <span className={`${classes.points} num`}>{number(threshold.value)}</span>
            <span>
              {threshold.name} ·{" "}
              <Link
                to="/contacts"
                search={{
                  where: JSON.stringify({ score: score.key, threshold: threshold.name }),
                }}
              >
                {t("contacts.count", {
                  count: threshold.contacts,
                  number: number(threshold.contacts),
                })}
              </Link>
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
