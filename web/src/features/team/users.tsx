import { Button, Stack, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Role, useMay } from "@/api/permissions";
import { sessionQuery } from "@/api/queries";
import { type User, useTeamActions } from "./queries";
import { RoleChoice } from "./role-choice";
import classes from "./team.module.css";

/** Everybody who works here, with what may be changed of each. */
export function Users({ users }: { users: User[] }) {
  const { t } = useTranslation();
  const session = useQuery(sessionQuery).data;
  const admin = useMay("admin");
  const { changeRole, remove, reset } = useTeamActions();
  const askRole = (user: User) =>
    modals.open({
      title: t("team.roleTitle", { email: user.email }),
      children: (
        <RoleForm user={user} onChoose={(role) => changeRole.mutate({ email: user.email, role })} />
      ),
    });
  const askRemove = (user: User) =>
    modals.openConfirmModal({
      title: t("team.removeTitle", { email: user.email }),
      children: <Text size="sm">{t("team.removeText")}</Text>,
      labels: { confirm: t("team.removeConfirm"), cancel: t("action.cancel") },
      confirmProps: { color: "red.9" },
      onConfirm: () => remove.mutate(user.email),
    });
  const askReset = (user: User) =>
    modals.openConfirmModal({
      title: t("team.resetTitle", { email: user.email }),
      children: <Text size="sm">{t("team.resetText")}</Text>,
      labels: { confirm: t("team.resetConfirm"), cancel: t("action.cancel") },
      confirmProps: { color: "red.9" },
      onConfirm: () => reset.mutate(user.email),
    });
  return (
    <ul className={classes.rows}>
      {users.map((user) => (
        <li key={user.email} className={classes.row}>
          <div className={classes.grow}>
            <div className={classes.name}>
              {user.email}
              {user.email === session?.email && (
                <span className={classes.dim}> {t("team.you")}</span>
              )}
            </div>
            <div className={classes.dim}>
              {t(`team.role.${user.role}`)} · {t(`team.may.${user.role}`)}
              {user.secondFactor && ` · ${t("team.secondStep")}`}
            </div>
          </div>
          {admin && (user.role !== "owner" || session?.role === "owner") && (
            <>
              {user.secondFactor && user.email !== session?.email && (
                <Button
                  variant="default"
                  size="xs"
                  aria-label={t("team.resetOf", { email: user.email })}
                  onClick={() => askReset(user)}
                >
                  {t("team.reset")}
                </Button>
              )}
              <Button
                variant="default"
                size="xs"
                aria-label={t("team.changeOf", { email: user.email })}
                onClick={() => askRole(user)}
              >
                {t("team.change")}
              </Button>
              <Button
                variant="outline"
                color="red"
                c="var(--app-text-bad)"
                size="xs"
                aria-label={t("team.removeOf", { email: user.email })}
                onClick={() => askRemove(user)}
              >
                {t("team.remove")}
              </Button>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

function RoleForm({ user, onChoose }: { user: User; onChoose: (role: Role) => void }) {
  const { t } = useTranslation();
  const [role, setRole] = useState<Role>(user.role);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        modals.closeAll();
        onChoose(role);
      }}
    >
      <Stack gap="sm">
        <RoleChoice value={role} onChange={setRole} />
        <Text size="sm" c="dimmed">
          {t("team.roleText")}
        </Text>
        <Button type="submit" size="sm" disabled={role === user.role}>
          {t("team.roleConfirm", { role: t(`team.role.${role}`) })}
        </Button>
      </Stack>
    </form>
  );
}
