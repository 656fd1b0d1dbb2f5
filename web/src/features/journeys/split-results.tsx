import { useTranslation } from "react-i18next";
import { useNumber } from "@/components/number";
import { Time } from "@/components/time/time";
import classes from "./journey.module.css";
import type { Split } from "./queries";

type Arm = Split["arms"][number];
type Experiment = NonNullable<Split["experiment"]>;

/** What came of the arms of a split; of an experiment with the verdict, once there is one. */
export function SplitResults({ split }: { split: Split }) {
  const { t } = useTranslation();
  const number = useNumber();
  const { arms, experiment } = split;
  return (
    <>
      <table className={classes.arms}>
        <thead>
          <tr>
            <th scope="col">{t("journeys.arms.name")}</th>
            <th scope="col">{t("journeys.arms.share")}</th>
            <th scope="col">{t(experiment ? "journeys.arms.came" : "journeys.arms.taken")}</th>
            {experiment && <th scope="col">{t(`journeys.arms.${experiment.measure}`)}</th>}
            {experiment && <th scope="col">{t("journeys.arms.rate")}</th>}
          </tr>
        </thead>
        <tbody>
          {arms.map((arm) => (
            <tr key={arm.name}>
              <th scope="row">{arm.name}</th>
              <td className="num">{number(arm.percent)} %</td>
              <td className="num">{number(experiment ? (arm.people ?? 0) : arm.taken)}</td>
              {experiment && <td className="num">{number(arm.successes ?? 0)}</td>}
              {experiment && (
                <td className="num">
                  <Rate arm={arm} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {experiment && <Verdict experiment={experiment} />}
    </>
  );
}

function Rate({ arm }: { arm: Arm }) {
  const { t } = useTranslation();
  const number = useNumber();
  if (arm.rate == null || arm.low == null || arm.high == null) return "–";
  return t("journeys.arms.rateOf", {
    rate: number(100 * arm.rate),
    low: number(100 * arm.low),
    high: number(100 * arm.high),
  });
}

/** Nothing is said before the look: figures in passing find winners where there are none. */
function Verdict({ experiment }: { experiment: Experiment }) {
  const { t } = useTranslation();
  const number = useNumber();
  const { verdict, winner, decidesAfter, atLeast } = experiment;
  return (
    <div>
      {verdict ? (
        <div>
          {t(`journeys.verdict.${verdict.kind}`, { arm: verdict.arm })}{" "}
          <span className={classes.dim}>
            {t("journeys.verdict.chance", { chance: number(100 * verdict.chance) })}{" "}
            <Time at={verdict.at} />
          </span>
        </div>
      ) : (
        <div className={classes.dim}>
          {decidesAfter ? (
            <>
              {t("journeys.verdict.notYet", { people: number(atLeast ?? 0) })}{" "}
              <Time at={decidesAfter} as="full" />
            </>
          ) : (
            t("journeys.verdict.none")
          )}
        </div>
      )}
      {winner && (
        <div>
          <strong>{t("journeys.verdict.taken", { arm: winner.arm })}</strong>{" "}
          <span className={classes.dim}>
            {winner.by
              ? t("journeys.verdict.by", { user: winner.by })
              : t("journeys.verdict.itself")}{" "}
            <Time at={winner.at} />
          </span>
        </div>
      )}
    </div>
  );
}
