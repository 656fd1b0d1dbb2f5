import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { useNumber } from "@/components/number";
import classes from "./editor.module.css";
import type { Plan } from "./queries";

interface Props {
  plan: Plan;
  change: Schemas["DefinitionChange"] | undefined;
  isNew: boolean;
  journey: string;
}

/** What is different by meaning, and how many the journey would let in. */
export function Changes({ plan, change, isNew, journey }: Props) {
  const { t } = useTranslation();
  const number = useNumber();
  const reach = plan.reach?.find((each) => each.journey === journey);
  const differences = change?.differences ?? [];
  return (
    <div className={classes.changes}>
      {isNew ? (
        <p>{t("editor.startText")}</p>
      ) : differences.length === 0 ? (
        <p>{t("editor.noChange")}</p>
      ) : (
        <>
          <h3>{t("editor.changes")}</h3>
          <ul>
            {differences.map((difference) => (
              <li key={difference.path + difference.text}>{difference.text}</li>
            ))}
          </ul>
        </>
      )}
      {reach && (
        <p className={classes.hint}>
          {t("editor.reach", {
            entered: number(reach.entered),
            busiest: number(reach.busiestDay),
            sent: number(reach.sent),
          })}
        </p>
      )}
    </div>
  );
}
