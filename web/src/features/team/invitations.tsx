import { Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Panel } from "@/components/page";
import { Failure, RowsSkeleton } from "@/components/states";
import { Time } from "@/components/time/time";
import { type Invitation, invitationsQuery, useTeamActions } from "./queries";
import classes from "./team.module.css";

/** Those who have not joined yet. */
export function Invitations() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(invitationsQuery);
  return (
    <Panel title={t("team.invitations")}>
      {error && !data ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !data ? (
        <RowsSkeleton rows={2} />
      ) : data.length === 0 ? (
        <Text size="sm">{t("team.nobodyInvited")}</Text>
      ) : (
        <ul className={classes.rows}>
          {data.map((invitation) => (
            <Row key={invitation.email} invitation={invitation} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Row({ invitation }: { invitation: Invitation }) {
  const { t } = useTranslation();
  const { revoke } = useTeamActions();
  return (
    <li className={classes.row}>
      <div className={classes.grow}>
        <div className={classes.name}>{invitation.email}</div>
        <div className={classes.dim}>
          {t(`team.role.${invitation.role}`)} ·{" "}
          {t("team.invitedBy", { name: invitation.invitedBy })} ·{" "}
          {invitation.ended ? t("team.ended") : t("team.ends")} <Time at={invitation.expiresAt} />
        </div>
      </div>
      <Button
        variant="default"
        size="xs"
        loading={revoke.isPending}
        aria-label={t("team.revokeOf", { email: invitation.email })}
        onClick={() => revoke.mutate(invitation.email)}
      >
        {t("team.revoke")}
      </Button>
    </li>
  );
}
