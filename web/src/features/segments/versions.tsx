import { Button, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client";
import { Allowed } from "@/components/allowed";
import { Failure, RowsSkeleton } from "@/components/states";
import { Time } from "@/components/time/time";
import { segmentVersionsQuery } from "./queries";
import classes from "./segment.module.css";

const differencesShown = 4;

/** The newest versions: when, by whom, what each changed; an earlier one can be made to hold again. */
export function Versions({ segmentKey }: { segmentKey: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(segmentVersionsQuery(segmentKey));
  const restore = useMutation({
    mutationFn: (version: number) =>
      unwrap(
        api.POST("/definitions/{kind}/{key}/rollback", {
          params: { path: { kind: "segment", key: segmentKey } },
          body: { version, yes: true },
        }),
      ),
    onSuccess: async (_, version) => {
      notifications.show({ color: "green", message: t("segments.restored", { version }) });
      await client.invalidateQueries();
    },
    onError: (failed) => notifications.show({ color: "red", message: failed.message }),
  });
  const ask = (version: number) =>
    modals.openConfirmModal({
      title: t("segments.restoreTitle", { version }),
      children: <Text size="sm">{t("segments.restoreText")}</Text>,
      labels: { confirm: t("segments.restore"), cancel: t("action.cancel") },
      onConfirm: () => restore.mutate(version),
    });
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <RowsSkeleton rows={3} />;
  return (
    <ol className={classes.versions}>
      {data.items.map((version, index) => (
        <li key={version.version}>
          <div className={classes.version}>
            <span>
              <strong>{t("definitions.version", { version: version.version })}</strong>{" "}
              <span className={classes.dim}>
                <Time at={version.changedAt} />
                {version.changedBy && ` ${t("definitions.by", { user: version.changedBy })}`}
              </span>
            </span>
            {index > 0 && !version.archived && (
              <Allowed to="write">
                <Button
                  size="compact-xs"
                  variant="subtle"
                  loading={restore.isPending && restore.variables === version.version}
                  onClick={() => ask(version.version)}
                >
                  {t("segments.restore")}
                </Button>
              </Allowed>
            )}
          </div>
          {version.differences.slice(0, differencesShown).map((difference) => (
            <div key={difference.path + difference.text} className={classes.dim}>
              {difference.text}
            </div>
          ))}
        </li>
      ))}
    </ol>
  );
}
