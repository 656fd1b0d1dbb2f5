import { Button, Stack, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconRadar2, IconRefresh, IconSignature } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Allowed } from "@/components/allowed";
import { CopyBlock } from "@/components/copy";
import { Panel } from "@/components/page";
import { Time } from "@/components/time/time";
import classes from "./domains.module.css";
import { type Report, type SenderDomain, useCheck, useDomainActions } from "./queries";
import { lookUps, recordsFound } from "./records";

/** What there is to do with the domain now, and the button for it. */
export function NextStep({ domain, report }: Props) {
  return domain.state === "signing" ? (
    <Signing domain={domain} />
  ) : (
    <Waiting domain={domain} report={report} />
  );
}

interface Props {
  domain: SenderDomain;
  /** The last look at DNS; absent until it is read. */
  report: Report | undefined;
}

function Waiting({ domain, report }: Props) {
  const { t } = useTranslation();
  const check = useCheck(domain.domain);
  const { found, of } = recordsFound(domain, report);
  const all = found === of;
  const { activate } = useDomainActions(domain.domain);
  const ask = () =>
    modals.openConfirmModal({
      title: t("domains.activateTitle"),
      children: (
        <Stack gap="xs">
          <Text size="sm">{t("domains.activateText", { domain: domain.domain })}</Text>
          {all ? (
            <Text size="sm">{t("domains.activateFound")}</Text>
          ) : (
            <>
              <Text size="sm">{t("domains.activateLookUp")}</Text>
              <CopyBlock text={lookUps(domain)} what={t("domains.lookUps")} wrap />
            </>
          )}
          {domain.state === "rotating" && <Text size="sm">{t("domains.activateOld")}</Text>}
        </Stack>
      ),
      labels: { confirm: t("domains.activate"), cancel: t("action.cancel") },
      onConfirm: () => activate.mutate(),
    });
  return (
    <Panel title={t(`domains.next.${domain.state === "rotating" ? "rotating" : "waiting"}`)}>
      <ol className={classes.steps}>
        <li>{t("domains.step.publish")}</li>
        {domain.state === "rotating" && <li>{t("domains.step.keepOld")}</li>}
        <li>{t("domains.step.activate")}</li>
      </ol>
      <div className={classes.row}>
        <Allowed to="admin">
          <Button
            leftSection={<IconSignature size={15} />}
            loading={activate.isPending}
            onClick={ask}
          >
            {t("domains.activate")}
          </Button>
        </Allowed>
        <Button
          variant="default"
          leftSection={<IconRadar2 size={15} />}
          loading={check.isPending}
          onClick={() => check.mutate()}
        >
          {t("domains.check")}
        </Button>
        <span className={classes.dim} role="status">
          {check.isPending
            ? t("domains.checking")
            : report?.checkedAt
              ? t("domains.foundOf", { found, of })
              : t("domains.notChecked")}
        </span>
      </div>
    </Panel>
  );
}

function Signing({ domain }: { domain: SenderDomain }) {
  const { t } = useTranslation();
  const { rotate } = useDomainActions(domain.domain);
  const signing = domain.keys.filter((key) => key.state === "signing");
  const since = signing.map((key) => key.since).sort()[0];
  return (
    <Panel title={t("domains.next.signing")}>
      <Text size="sm" mb="sm">
        {t("domains.signingText", { domain: domain.domain })}{" "}
        {since && (
          <span className={classes.dim}>
            {t("domains.signingSince")} <Time at={since} />
          </span>
        )}
      </Text>
      <div className={classes.row}>
        <Allowed to="admin">
          <Button
            variant="default"
            leftSection={<IconRefresh size={15} />}
            loading={rotate.isPending}
            onClick={() => rotate.mutate()}
          >
            {t("domains.rotate")}
          </Button>
        </Allowed>
        <span className={classes.dim}>{t("domains.rotateText")}</span>
      </div>
    </Panel>
  );
}
