import { Button, Group, Progress, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, type Schemas, unwrap } from "@/api/client";
import { Allowed } from "@/components/allowed";
import { useNumber } from "@/components/number";
import { Panel } from "@/components/page";
import { backfillQuery } from "./queries";

/** How far contacts have been brought to what was published; it can be stopped, and begun anew. */
export function BackfillPanel() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data } = useQuery(backfillQuery);
  const act = useMutation({
    mutationFn: (which: "start" | "cancel") =>
      unwrap(which === "start" ? api.POST("/backfill/start") : api.POST("/backfill/cancel")),
    onSuccess: (state) => {
      client.setQueryData(["backfill"], state);
      return client.invalidateQueries({ queryKey: ["score"] });
    },
    onError: (error) => {
      notifications.show({ color: "red", message: error.message });
      return client.invalidateQueries({ queryKey: ["backfill"] });
    },
  });
  if (!data || data.state === "ready") return null;
  const building = data.state === "building";
  const which = building ? "cancel" : "start";
  return (
    <Panel title={t(`scorePages.backfill.${data.state}`)}>
      {data.progress && <Pass progress={data.progress} />}
      <Text size="sm" mb="xs">
        {t(`scorePages.backfill.${which}Text`)}
      </Text>
      <Allowed to="write">
        <Button variant="default" loading={act.isPending} onClick={() => act.mutate(which)}>
          {t(`scorePages.backfill.${which}`)}
        </Button>
      </Allowed>
    </Panel>
  );
}

function Pass({ progress }: { progress: Schemas["BuildProgress"] }) {
  const { t } = useTranslation();
  const number = useNumber();
  const left = progress.secondsLeft;
  return (
    <div role="status">
      <Progress value={progress.percent} aria-label={t("scorePages.backfill.building")} mb="xs" />
      <Group gap={12} mb="xs">
        <Text size="sm" className="num">
          {t("scorePages.backfill.percent", { percent: number(progress.percent) })}
        </Text>
        <Text size="sm" c="dimmed" className="num">
          {t("scorePages.backfill.contacts", {
            done: number(progress.contactsVisited),
            total: number(progress.contactsTotal),
          })}
          {left !== null &&
            ` · ${t("scorePages.backfill.left", { seconds: number(Math.ceil(left)) })}`}
        </Text>
      </Group>
    </div>
  );
}
