import { IconCircleCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useNumber } from "@/components/number";
import classes from "./definitions.module.css";
import type { Plan } from "./queries";

/** What publishing the text would change, and whom it would reach. */
export function PlanView({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const number = useNumber();
  const changes = plan.changes.filter((change) => change.change !== "unchanged");
  return (
    <div className={classes.plan} role="status">
      <div className={classes.good}>
        <IconCircleCheck size={15} aria-hidden />
        {changes.length === 0 ? t("definitions.noChange") : t("definitions.inOrder")}
      </div>
      <ul>
        {changes.map((change) => (
          <li key={`${change.kind}/${change.key}`}>
            {change.differences.length > 0
              ? change.differences.map((difference) => (
                  <div key={difference.path + difference.text}>{difference.text}</div>
                ))
              : change.summary}
            {change.contactsInside > 0 && (
              <div className={classes.dim}>
                {t("definitions.inside", {
                  count: change.contactsInside,
                  number: number(change.contactsInside),
                })}
              </div>
            )}
          </li>
        ))}
      </ul>
      {(plan.reach ?? []).map((reach) => (
        <div key={reach.journey} className={classes.dim}>
          {t("definitions.reach", {
            journey: reach.journey,
            number: number(reach.busiestDay),
            sent: number(reach.sent),
          })}
        </div>
      ))}
    </div>
  );
}
