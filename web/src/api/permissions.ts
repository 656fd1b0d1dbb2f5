import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "./client";
import { sessionQuery } from "./queries";

export type Role = Schemas["Role"];
export type Permission = "read" | "write" | "admin";

/** What may be done by whom; the server decides, this hides what it would refuse. */
const permissions: Record<Role, readonly Permission[]> = {
  viewer: ["read"],
  editor: ["read", "write"],
  admin: ["read", "write", "admin"],
  owner: ["read", "write", "admin"],
};

export function permits(role: Role | undefined, permission: Permission): boolean {
  return role !== undefined && permissions[role].includes(permission);
}

/** Whether the one who is signed in may do this. */
export function useMay(permission: Permission): boolean {
  return permits(useQuery(sessionQuery).data?.role, permission);
}
