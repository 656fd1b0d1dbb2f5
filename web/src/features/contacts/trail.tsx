import { IconCheck, IconTool, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { AppLink } from "@/components/app-link";
import { useNumber } from "@/components/number";
import { Panel } from "@/components/page";
import { Time } from "@/components/time/time";
import classes from "./why.module.css";

type Explanation = Schemas["Explanation"];

/** The checks in the order in which they are asked; the one that failed says what would mend it. */
export function Trail({ explanation }: { explanation: Explanation }) {
  const { t } = useTranslation();
  const number = useNumber();
  const { others } = explanation;
  return (
    <Panel>
      <p className={classes.summary} data-happened={explanation.happened}>
        {explanation.happened ? (
          <IconCheck size={18} aria-hidden />
        ) : (
          <IconX size={18} aria-hidden />
        )}
        {explanation.summary}
      </p>
      <ol className={classes.checks} aria-label={t("contacts.checks")}>
        {explanation.checks.map((check, index) => (
          <li key={index} data-ok={check.ok}>
            <span className={classes.mark}>
              {check.ok ? (
                <IconCheck size={14} aria-label={t("contacts.checkPassed")} />
              ) : (
                <IconX size={14} aria-label={t("contacts.checkFailed")} />
              )}
            </span>
            <div>
              <div>{check.evidence}</div>
              <div className={classes.dim}>
                <code>{check.code}</code>
                {check.at && (
                  <>
                    {" · "}
                    <Time at={check.at} as="full" />
                  </>
                )}
              </div>
              {check.fix && (
                <div className={classes.fix}>
                  <IconTool size={14} aria-hidden /> {check.fix.text}
                </div>
              )}
            </div>
          </li>
        ))}
      </ol>
      {others && others.count > 0 && (
        <p className={classes.others}>
          <AppLink href={others.link}>
            {t("contacts.others", { count: others.count, number: number(others.count) })}
          </AppLink>{" "}
          {others.words}
        </p>
      )}
      {!explanation.whole && <p className={classes.dim}>{t("contacts.notWhole")}</p>}
    </Panel>
  );
}
