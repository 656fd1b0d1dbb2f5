import { Button, Text } from "@mantine/core";
import { IconRadar2 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Panel } from "@/components/page";
import { Failure, RowsSkeleton } from "@/components/states";
import { Status } from "@/components/status";
import { Time } from "@/components/time/time";
import classes from "./domains.module.css";
import { FindingDetails, FindingStatus } from "./finding";
import { type Report, type SenderDomain, useCheck } from "./queries";
import { otherFindings } from "./records";

interface Props {
  domain: SenderDomain;
  report: Report | undefined;
  error: Error | null;
  retry: () => void;
}

/** The last look at the domain's DNS: its sum, and what belongs to no record above. */
export function DnsPanel({ domain, report, error, retry }: Props) {
  const { t } = useTranslation();
  const check = useCheck(domain.domain);
  const others = otherFindings(domain, report);
  return (
    <Panel
      title={t("domains.dns")}
      action={
        <Button
          variant="default"
          leftSection={<IconRadar2 size={15} />}
          loading={check.isPending}
          onClick={() => check.mutate()}
        >
          {t("domains.check")}
        </Button>
      }
    >
      {error && !report ? (
        <Failure error={error} retry={retry} />
      ) : !report ? (
        <RowsSkeleton rows={2} />
      ) : report.checkedAt === null || report.state === null ? (
        <Text size="sm" c="dimmed" role="status">
          {check.isPending ? t("domains.checking") : t("domains.notChecked")}
        </Text>
      ) : (
        <>
          <div className={classes.row} role="status">
            <Status state={report.state === "unknown" ? "unanswered" : report.state} />
            <span className={classes.dim}>
              {check.isPending ? (
                t("domains.checking")
              ) : (
                <>
                  {t("domains.checkedAt")} <Time at={report.checkedAt} />
                </>
              )}
            </span>
          </div>
          {others.map((finding) => (
            <section
              key={finding.check + (finding.name ?? "")}
              className={classes.record}
              aria-label={t(`domains.checks.${finding.check}`)}
            >
              <div className={classes.recordHead}>
                <h3>{t(`domains.checks.${finding.check}`)}</h3>
                <FindingStatus finding={finding} />
                {finding.name && <code className={classes.type}>{finding.name}</code>}
              </div>
              <FindingDetails finding={finding} />
            </section>
          ))}
        </>
      )}
    </Panel>
  );
}
