import type { WebhookState } from "@/components/status";
import type { Webhook } from "./queries";

/** Whether it is told what happens, and whether it takes it. */
export function stateOf({ on, offReason, failingSince }: Webhook): WebhookState {
  if (!on) return offReason === "manual" ? "off" : "switched_off";
  return failingSince ? "failing" : "on";
}
