import type { CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import { AppLink } from "@/components/app-link";
import { KindIcon } from "@/components/kind";
import { Panel } from "@/components/page";
import classes from "./journey.module.css";
import { outlineJourney } from "./layout";
import type { Journey } from "./queries";
import { SplitResults } from "./split-results";
import { StepCounts } from "./step-counts";
import { useStepName } from "./step-name";

/** The same journey as a list, for keyboards, screen readers and phones. */
export function Outline({ journey }: { journey: Journey }) {
  const { t } = useTranslation();
  const stepName = useStepName();
  const byId = new Map(journey.steps.map((step) => [step.id, step]));
  const rows = outlineJourney(journey.steps, journey.entry);
  return (
    <Panel>
      <ol className={classes.outline} aria-label={t("journeys.outlineLabel")}>
        <li className={classes.outlineRow} style={{ "--depth": 0 } as CSSProperties}>
          <div className={classes.outlineHead}>
            <KindIcon kind="trigger" />
            {t("journeys.trigger")}
          </div>
          <div className={classes.outlineBody}>{journey.trigger.summary}</div>
        </li>
        {rows.map((row, index) => {
          const step = row.step === null ? undefined : byId.get(row.step);
          const path = row.label && (
            <div className={classes.path}>{t("journeys.path", { label: row.label })}</div>
          );
          return (
            <li
              key={index}
              className={classes.outlineRow}
              style={{ "--depth": row.depth } as CSSProperties}
            >
              {path}
              {!step ? (
                <div className={classes.dim}>{t("journeys.end")}</div>
              ) : row.reference ? (
                <div className={classes.dim}>{t("journeys.goesOn", { step: step.name })}</div>
              ) : (
                <>
                  <div className={classes.outlineHead}>
                    <KindIcon kind={step.kind} />
                    {stepName(step)}
                  </div>
                  <div className={classes.outlineBody}>
                    <div className={classes.dim}>{step.summary}</div>
                    <StepCounts journey={journey.key} step={step} />
                    {step.split && <SplitResults split={step.split} />}
                    {step.split?.experiment && (
                      <AppLink
                        href={`/tests/${encodeURIComponent(journey.key)}/${encodeURIComponent(step.id)}`}
                      >
                        {t("journeys.openTest")}
                      </AppLink>
                    )}
                  </div>
                </>
              )}
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}
