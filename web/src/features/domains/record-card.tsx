import { useTranslation } from "react-i18next";
import { CopyBlock } from "@/components/copy";
import { Status } from "@/components/status";
import classes from "./domains.module.css";
import { FindingDetails, FindingStatus } from "./finding";
import type { DnsRecord, Finding, SenderKey } from "./queries";
import { nameWithin } from "./records";

interface Props {
  record: DnsRecord;
  /** The domain whose DNS holds it. */
  zone: string;
  keyOfIt?: SenderKey;
  /** What the last look at DNS says of it; absent before one. */
  finding?: Finding;
}

/** One record to publish: what it is for, its name and its value to copy. */
export function RecordCard({ record, zone, keyOfIt, finding }: Props) {
  const { t } = useTranslation();
  const purpose = t(`domains.purpose.${record.purpose}`);
  const title = keyOfIt ? `${purpose} · ${t(`domains.kind.${keyOfIt.kind}`)}` : purpose;
  const within = nameWithin(record.name, zone);
  return (
    <section className={classes.record} aria-label={`${title} ${record.name}`}>
      <div className={classes.recordHead}>
        <h3>{title}</h3>
        {keyOfIt && <Status state={keyOfIt.state} />}
        {finding && <FindingStatus finding={finding} />}
        <code className={classes.type}>{record.type}</code>
      </div>
      <div className={classes.field}>
        <div className={classes.label}>{t("domains.name")}</div>
        <CopyBlock text={record.name} what={t("domains.name")} wrap />
        {within !== record.name && (
          <div className={classes.dim}>
            {t("domains.within")} <code>{within}</code>
          </div>
        )}
      </div>
      <div className={classes.field}>
        <div className={classes.label}>{t("domains.value")}</div>
        <CopyBlock text={record.value} what={t("domains.value")} wrap />
        {record.strings.length > 1 && (
          <details className={classes.dim}>
            <summary>{t("domains.pieces", { count: record.strings.length })}</summary>
            <CopyBlock
              text={record.strings.map((part) => `"${part}"`).join(" ")}
              what={t("domains.piecesWhat")}
              wrap
            />
          </details>
        )}
      </div>
      {record.note && <div className={classes.note}>{record.note}</div>}
      {finding && <FindingDetails finding={finding} />}
    </section>
  );
}
