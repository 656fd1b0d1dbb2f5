import { Button } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useTranslation } from "react-i18next";
import { Time } from "@/components/time/time";
import { useStepTitle } from "../describe";
import classes from "../editor.module.css";
import { useEditing } from "../editing";
import { findStep } from "../model/tree";
import type { Happening, Simulation } from "../queries";
import { MailView } from "./mail-view";

/** Said by the line that follows at the same instant. */
const unsaid = ["message_queued"];

/** The way that the contact took: each instant, what happened, and the mails as they would look. */
export function Way({ simulation }: { simulation: Simulation }) {
  const { t } = useTranslation();
  const shown = simulation.happenings.filter((each) => !unsaid.includes(each.kind));
  const open = (place: number) => {
    const mail = simulation.mails[place];
    if (mail) modals.open({ title: mail.subject, size: "lg", children: <MailView mail={mail} /> });
  };
  return (
    <section aria-label={t("editor.simulation.way")}>
      {!simulation.whole && <p className={classes.hint}>{t("editor.simulation.partly")}</p>}
      <ol className={classes.happenings}>
        {shown.map((happening, index) => (
          <li key={index} data-kind={happening.kind}>
            <div className={classes.instant}>
              <Time at={happening.at} as="full" />
            </div>
            <Line happening={happening} own={happening.journey === simulation.journey} />
            {happening.mail !== null && (
              <Button size="compact-xs" variant="default" onClick={() => open(happening.mail ?? 0)}>
                {simulation.mails[happening.mail]?.subject}
              </Button>
            )}
          </li>
        ))}
      </ol>
      {simulation.waitsAt !== null && (
        <p className={classes.hint}>{t("editor.simulation.waits", { step: simulation.waitsAt })}</p>
      )}
    </section>
  );
}

/** What happened; where it is about a step of this journey, its name leads there. */
function Line({ happening, own }: { happening: Happening; own: boolean }) {
  const { t } = useTranslation();
  const { journey, select } = useEditing();
  const title = useStepTitle();
  const step = own ? findStep(journey, happening.step)?.step : undefined;
  // Of another journey, which this one begins or ends, the server's sentence has its name.
  const words = own
    ? t(`editor.happening.${happening.kind}` as "editor.happening.step_passed", {
        defaultValue: happening.words,
        outcome: (happening.outcome ?? "").replaceAll("_", " "),
      })
    : happening.words;
  return (
    <div>
      {step && (
        <button type="button" className={classes.link} onClick={() => select(step.id)}>
          {title(step)}
        </button>
      )}{" "}
      {words}
      {happening.until !== null && (
        <>
          {" "}
          {t("editor.simulation.until")} <Time at={happening.until} as="full" />
        </>
      )}
    </div>
  );
}
