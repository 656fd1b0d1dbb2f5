import { Button, Group, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { IconArrowBackUp, IconPencil } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, type Schemas, unwrap } from "@/api/client";
import { Allowed } from "@/components/allowed";
import { Page, Panel } from "@/components/page";
import { Failure, RowsSkeleton } from "@/components/states";
import { Time } from "@/components/time/time";
import { journeyDefinitionQuery } from "../edit/queries";
import classes from "./versions.module.css";
import { restoreText, rollBack } from "./restore";

type Version = Schemas["DefinitionVersionList"]["items"][number];
const pageSize = 20;

/** Who changed the journey, when and what; each version can be taken up again. */
export function VersionsPage() {
  const { t } = useTranslation();
  const { key } = useParams({ from: "/app/journeys/$key/versions" });
  const definition = useQuery(journeyDefinitionQuery(key)).data;
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    {
      queryKey: ["definitions", "journey", key, "versions", "pages"],
      queryFn: ({ pageParam }) =>
        unwrap(
          api.GET("/definitions/{kind}/{key}/versions", {
            params: {
              path: { kind: "journey", key },
              query: { limit: pageSize, cursor: pageParam },
            },
          }),
        ),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last) => last.next ?? undefined,
    },
  );
  const versions = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page
      title={t("editor.versions.title")}
      parent={{ to: `/journeys/${key}`, title: t("editor.overview") }}
    >
      <Panel>
        {error && !data ? (
          <Failure error={error} retry={() => void refetch()} />
        ) : !data ? (
          <RowsSkeleton rows={6} />
        ) : (
          <ol className={classes.versions}>
            {versions.map((version, index) => (
              <Row
                key={version.version}
                journey={key}
                rev={definition?.rev ?? null}
                version={version}
                isLatest={index === 0}
              />
            ))}
          </ol>
        )}
        {hasNextPage && (
          <Button
            mt="sm"
            variant="default"
            loading={isFetchingNextPage}
            onClick={() => void fetchNextPage()}
          >
            {t("editor.versions.more")}
          </Button>
        )}
      </Panel>
    </Page>
  );
}

interface RowProps {
  journey: string;
  rev: string | null;
  version: Version;
  isLatest: boolean;
}

function Row({ journey, rev, version, isLatest }: RowProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const number = version.version;
  const restore = useMutation({
    mutationFn: () => restoreText(journey, number),
    onSuccess: () => navigate({ to: "/journeys/$key/edit", params: { key: journey } }),
  });
  const back = useMutation({
    mutationFn: () => rollBack(journey, number, rev),
    onSuccess: async () => {
      notifications.show({
        color: "green",
        message: t("editor.versions.rolledBack", { version: number }),
      });
      await client.invalidateQueries();
    },
  });
  const ask = () =>
    modals.openConfirmModal({
      title: t("editor.versions.rollBackTitle", { version: number }),
      children: <Text size="sm">{t("editor.versions.rollBackText")}</Text>,
      labels: { confirm: t("editor.versions.rollBack"), cancel: t("action.cancel") },
      onConfirm: () => back.mutate(),
    });
  const failed = restore.error ?? back.error;
  return (
    <li>
      <div className={classes.head}>
        <strong>{t("journeys.version", { version: number })}</strong>
        {isLatest && <span className={classes.dim}>{t("editor.versions.latest")}</span>}
        <span className={classes.dim}>
          <Time at={version.changedAt} />
          {version.changedBy && ` · ${version.changedBy}`}
        </span>
        {!isLatest && (
          <Allowed to="write">
            <Group gap={6} ml="auto">
              <Button
                size="compact-sm"
                variant="default"
                leftSection={<IconPencil size={14} />}
                aria-label={t("editor.versions.restoreNamed", { version: number })}
                loading={restore.isPending}
                onClick={() => restore.mutate()}
              >
                {t("editor.versions.restore")}
              </Button>
              <Button
                size="compact-sm"
                variant="default"
                leftSection={<IconArrowBackUp size={14} />}
                aria-label={t("editor.versions.rollBackNamed", { version: number })}
                loading={back.isPending}
                onClick={ask}
              >
                {t("editor.versions.rollBack")}
              </Button>
            </Group>
          </Allowed>
        )}
      </div>
      {version.differences.length > 0 && (
        <ul className={classes.differences}>
          {version.differences.map((difference) => (
            <li key={difference.path + difference.text}>{difference.text}</li>
          ))}
        </ul>
      )}
      {failed && (
        <Text size="sm" c="var(--app-text-bad)" role="alert">
          {failed.message}
        </Text>
      )}
    </li>
  );
}
