import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Panel } from "@/components/page";
import { Failure, RowsSkeleton } from "@/components/states";
import { Time } from "@/components/time/time";
import classes from "./definitions.module.css";
import { versionsQuery } from "./queries";

const differencesShown = 4;

/** The newest versions: when, by whom, and what each changed. */
export function History({ kind, id }: { kind: string; id: string }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(versionsQuery(kind, id));
  return (
    <Panel title={t("definitions.history")}>
      {error && !data ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !data ? (
        <RowsSkeleton rows={4} />
      ) : (
        <ol className={classes.history}>
          {data.items.map((version) => (
            <li key={version.version}>
              <div>
                <strong>{t("definitions.version", { version: version.version })}</strong>{" "}
                <span className={classes.dim}>
                  <Time at={version.changedAt} />
                  {version.changedBy && ` ${t("definitions.by", { user: version.changedBy })}`}
                </span>
              </div>
              {version.differences.slice(0, differencesShown).map((difference) => (
                <Text key={difference.path + difference.text} size="xs" c="dimmed">
                  {difference.text}
                </Text>
              ))}
              {version.differences.length > differencesShown && (
                <Text size="xs" c="dimmed">
                  {t("definitions.more", {
                    count: version.differences.length - differencesShown,
                  })}
                </Text>
              )}
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
