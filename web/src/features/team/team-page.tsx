import { Button } from "@mantine/core";
import { IconUserPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/permissions";
import { Page, Panel } from "@/components/page";
import { Failure, RowsSkeleton } from "@/components/states";
import { Invitations } from "./invitations";
import { useAskInvite } from "./invite";
import { usersQuery } from "./queries";
import classes from "./team.module.css";
import { Users } from "./users";

export function TeamPage() {
  const { t } = useTranslation();
  const ask = useAskInvite();
  const admin = useMay("admin");
  const { data, error, refetch } = useQuery(usersQuery);
  return (
    <Page
      title={t("nav.team")}
      parent={{ to: "/settings", title: t("nav.settings") }}
      meta={data && t("team.count", { count: data.length })}
      actions={
        admin && (
          <Button leftSection={<IconUserPlus size={15} />} onClick={ask}>
            {t("team.invite")}
          </Button>
        )
      }
    >
      <div className={classes.panels}>
        <Panel title={t("team.users")}>
          {error && !data ? (
            <Failure error={error} retry={() => void refetch()} />
          ) : data ? (
            <Users users={data} />
          ) : (
            <RowsSkeleton rows={3} />
          )}
        </Panel>
        {admin && <Invitations />}
      </div>
    </Page>
  );
}
