import { Button, Stack, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client";
import { Panel } from "@/components/page";
import { Failure, RowsSkeleton } from "@/components/states";
import { TurnOff } from "./turn-off";
import { TurnOn } from "./turn-on";

const secondFactorQuery = queryOptions({
  queryKey: ["second-factor"],
  queryFn: () => unwrap(api.GET("/second-factor")),
});

/** The second step of signing in: whether it is on, and how to change that. */
export function SecondFactor() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(secondFactorQuery);
  const open = (on: boolean) =>
    modals.open({
      title: t(on ? "account.offTitle" : "account.onTitle"),
      // The recovery codes are seen once: a slip beside the dialog must not close it.
      closeOnClickOutside: false,
      children: on ? <TurnOff /> : <TurnOn />,
    });
  return (
    <Panel title={t("account.secondFactor")}>
      {error && !data ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !data ? (
        <RowsSkeleton rows={2} />
      ) : (
        <Stack gap="sm" align="start">
          <Text size="sm">
            {data.on ? t("account.isOn", { count: data.recoveryCodesLeft }) : t("account.isOff")}
          </Text>
          <Button size="sm" variant={data.on ? "default" : "filled"} onClick={() => open(data.on)}>
            {t(data.on ? "account.turnOff" : "account.turnOn")}
          </Button>
        </Stack>
      )}
    </Panel>
  );
}
