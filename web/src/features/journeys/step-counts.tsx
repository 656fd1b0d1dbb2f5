import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { AppLink } from "@/components/app-link";
import { useNumber } from "@/components/number";
import classes from "./journey.module.css";
import type { Step } from "./queries";

/** The numbers of a step; each opens the contacts or messages behind it. */
export function StepCounts({ journey, step }: { journey: string; step: Step }) {
  const { t } = useTranslation();
  const number = useNumber();
  const { here, passed, left = 0, sent, skipped = [] } = step.counts;
  const skippedCount = skipped.reduce((sum, each) => sum + each.count, 0);
  const why = skipped.map((each) => `${number(each.count)} ${each.reason}`).join(", ");
  const people = (state: "here" | "passed" | "left", count: number, className?: string) => (
    <Link
      to="/journeys/$key/contacts"
      params={{ key: journey }}
      search={{ step: step.id, state }}
      className={className}
    >
      <strong className="num">{number(count)}</strong> {t(`journeys.step.${state}`)}
    </Link>
  );
  const messages = (status: "sent" | "skipped") =>
    `/messages?journey=${encodeURIComponent(journey)}&step=${encodeURIComponent(step.id)}&status=${status}`;
  return (
    <div className={classes.counts}>
      {people("here", here, here > 0 ? classes.here : undefined)}
      {sent === undefined ? (
        people("passed", passed)
      ) : (
        <AppLink href={messages("sent")}>
          <strong className="num">{number(sent)}</strong> {t("journeys.step.sent")}
        </AppLink>
      )}
      {skippedCount > 0 && (
        <span title={why}>
          <AppLink href={messages("skipped")} className={classes.bad}>
            <strong className="num">{number(skippedCount)}</strong> {t("journeys.step.skipped")}
          </AppLink>
        </span>
      )}
      {left > 0 && people("left", left)}
    </div>
  );
}
