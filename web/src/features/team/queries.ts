import { notifications } from "@mantine/notifications";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, ApiError, type Schemas, unwrap } from "@/api/client";
import type { Role } from "@/api/permissions";

export type User = Schemas["User"];
/** `ended`: by real time, as a virtual clock ends none. */
export type Invitation = Schemas["Invitation"] & { ended: boolean };

export const roles: readonly Role[] = ["viewer", "editor", "admin", "owner"];

const pageMax = 200;

/** All pages of them: a team has at most a thousand. */
async function all<Item>(
  read: (cursor: string | undefined) => Promise<{ items: Item[]; next: string | null }>,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    items.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor);
  return items;
}

export const usersQuery = queryOptions({
  queryKey: ["team"],
  queryFn: () =>
    all((cursor) => unwrap(api.GET("/team", { params: { query: { limit: pageMax, cursor } } }))),
});

export const invitationsQuery = queryOptions({
  queryKey: ["invitations"],
  queryFn: async (): Promise<Invitation[]> => {
    const items = await all((cursor) =>
      unwrap(api.GET("/invitations", { params: { query: { limit: pageMax, cursor } } })),
    );
    const now = Date.now();
    return items.map((item) => ({ ...item, ended: Date.parse(item.expiresAt) <= now }));
  },
});

export function invite(body: { email: string; role: Role }) {
  return unwrap(api.POST("/invitations", { body }));
}

/** What can be done with users and invitations that are there. */
export function useTeamActions() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const onError = (error: Error) => {
    const fix = error instanceof ApiError && error.fix ? `. ${error.fix}` : "";
    notifications.show({
      color: "red",
      title: t("team.failed"),
      message: `${error.message}${fix}`,
    });
  };
  const done = (key: string, message: string) => {
    notifications.show({ color: "green", message });
    return client.invalidateQueries({ queryKey: [key] });
  };
  const changeRole = useMutation({
    mutationFn: ({ email, role }: { email: string; role: Role }) =>
      unwrap(api.PUT("/team/{email}", { params: { path: { email } }, body: { role } })),
    onSuccess: ({ email, role }) =>
      done("team", t("team.changed", { email, role: t(`team.role.${role}`) })),
    onError,
  });
  const remove = useMutation({
    mutationFn: (email: string) =>
      unwrap(api.DELETE("/team/{email}", { params: { path: { email } } })),
    onSuccess: (_, email) => done("team", t("team.removed", { email })),
    onError,
  });
  const reset = useMutation({
    mutationFn: (email: string) =>
      unwrap(api.DELETE("/team/{email}/second-factor", { params: { path: { email } } })),
    onSuccess: (_, email) => done("team", t("team.resetDone", { email })),
    onError,
  });
  const revoke = useMutation({
    mutationFn: (email: string) =>
      unwrap(api.DELETE("/invitations/{email}", { params: { path: { email } } })),
    onSuccess: (_, email) => done("invitations", t("team.revoked", { email })),
    onError,
  });
  return { changeRole, remove, reset, revoke };
}
