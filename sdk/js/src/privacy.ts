/**
 * Whether this visitor may be tracked.
 *
 * The visitor's own choice on this site (`optIn`, `optOut`) comes first. Without one, Global Privacy
 * Control is an opt-out, unless the site has set `respectGpc: false`.
 */
import type { Device } from "./device.js";

const choiceKey = "sojourn_choice";

export type Choice = "in" | "out" | null;

export function choiceOf(device: Device): Choice {
  const choice = device.read(choiceKey);
  return choice === "in" || choice === "out" ? choice : null;
}

/** The one thing kept about a visitor who opted out; without it the choice could not be honoured. */
export function rememberChoice(device: Device, choice: "in" | "out"): void {
  device.write(choiceKey, choice);
}

export function mayTrack(choice: Choice, respectGpc: boolean): boolean {
  if (choice) return choice === "in";
  const browser = navigator as Navigator & { globalPrivacyControl?: boolean };
  return !(respectGpc && browser.globalPrivacyControl);
}
