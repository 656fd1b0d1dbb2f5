import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { contactQuery } from "@/api/contact";
import { ContactPicker } from "@/components/contact-picker";
import { useNumber } from "@/components/number";
import { Panel } from "@/components/page";
import { Time } from "@/components/time/time";
import type { Score } from "./queries";
import classes from "./scores.module.css";

/** What one contact's points are made of. */
export function Reasons({ score }: { score: Score }) {
  const { t } = useTranslation();
  const number = useNumber();
  const [contact, setContact] = useState<string | null>(null);
  const { data } = useQuery({ ...contactQuery(contact ?? ""), enabled: contact !== null });
  const found = contact === null ? undefined : data?.scores.find((each) => each.key === score.key);
  return (
    <Panel title={t("scorePages.reasons")}>
      <ContactPicker label={t("scorePages.reasonsOf")} value={contact} onChange={setContact} />
      {contact !== null && data && (
        <div role="status">
          <p className={classes.value}>
            <span className="num">{number(found?.value ?? 0)}</span>{" "}
            {t("scorePages.points", { count: found?.value ?? 0 })}
          </p>
          <ul className={classes.rules}>
            {(found?.reasons ?? []).map((reason, index) => (
              <li key={index}>
                <span className={`${classes.points} num`} data-sign={Math.sign(reason.points)}>
                  {reason.points > 0 ? "+" : ""}
                  {number(reason.points)}
                </span>
                <span>
                  {reason.text}{" "}
                  <span className={classes.dim}>
                    <Time at={reason.at} />
                  </span>
                </span>
              </li>
            ))}
            {found && found.earlier !== 0 && (
              <li>
                <span className={`${classes.points} num`}>{number(found.earlier)}</span>
                <span className={classes.dim}>{t("scorePages.earlier")}</span>
              </li>
            )}
          </ul>
        </div>
      )}
    </Panel>
  );
}
