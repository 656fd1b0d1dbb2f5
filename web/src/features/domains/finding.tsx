import { useTranslation } from "react-i18next";
import { CopyBlock } from "@/components/copy";
import { Status } from "@/components/status";
import classes from "./domains.module.css";
import type { Finding } from "./queries";

export function FindingStatus({ finding }: { finding: Finding }) {
  return <Status state={finding.status === "unknown" ? "unanswered" : finding.status} />;
}

/** What was found, what was expected, and the records that would mend it. */
export function FindingDetails({ finding }: { finding: Finding }) {
  const { t } = useTranslation();
  const wrong = finding.status !== "passed";
  return (
    <div className={classes.finding} data-status={finding.status}>
      <div>
        {finding.message} <code>{finding.code}</code>
      </div>
      {wrong && finding.found.length > 0 && (
        <dl>
          <dt>{t("domains.found")}</dt>
          {finding.found.map((value) => (
            <dd key={value}>
              <code>{value}</code>
            </dd>
          ))}
        </dl>
      )}
      {wrong && finding.expected && (
        <dl>
          <dt>{t("domains.expected")}</dt>
          <dd>
            <code>{finding.expected}</code>
          </dd>
        </dl>
      )}
      {finding.publish.map((record) => (
        <div key={record.name + record.value} className={classes.field}>
          <div className={classes.label}>
            {t("domains.publish", { name: record.name, type: record.type })}
          </div>
          <CopyBlock text={record.value} what={t("domains.value")} wrap />
        </div>
      ))}
    </div>
  );
}
