import type { ReactNode } from "react";
import { type Permission, useMay } from "@/api/permissions";

/** Shows what only some may use to those who may. */
export function Allowed({ to, children }: { to: Permission; children: ReactNode }) {
  return useMay(to) && children;
}
