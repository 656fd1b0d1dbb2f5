import { Button, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconClockBolt } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client";
import { Allowed } from "@/components/allowed";
import { useNow } from "@/components/time/now";
import { Time } from "@/components/time/time";
import classes from "./shell.module.css";

const jumps = ["1h", "1d", "7d"] as const;

export function ClockBanner() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const now = useNow();
  const advance = useMutation({
    mutationFn: (by: string) => unwrap(api.POST("/clock", { body: { advance: by } })),
    onSuccess: () => client.invalidateQueries(),
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  return (
    <div className={`${classes.banner} ${classes.clock}`}>
      <IconClockBolt size={16} aria-hidden />
      <strong>{t("clock.banner")}</strong>
      <Time at={new Date(now).toISOString()} as="full" />
      <span className={classes.spacer} />
      <Allowed to="admin">
        <Menu position="bottom-end">
          <Menu.Target>
            <Button
              size="compact-xs"
              variant="outline"
              color="violet"
              c="var(--app-text-violet)"
              loading={advance.isPending}
            >
              {t("clock.advance")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {jumps.map((by) => (
              <Menu.Item key={by} onClick={() => advance.mutate(by)}>
                {t(`clock.${by}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </Allowed>
    </div>
  );
}
