import {
  IconAlertTriangle,
  IconArchive,
  IconBan,
  IconCalendarTime,
  IconChartBar,
  IconCircleCheck,
  IconClock,
  IconDoorExit,
  IconFlag,
  IconGitMerge,
  IconHandStop,
  IconHelpCircle,
  IconHourglass,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconSend,
  IconUserCheck,
} from "@tabler/icons-react";
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import classes from "./tone.module.css";

export type Tone = "good" | "wait" | "bad" | "info" | "grey" | "violet" | "orange" | "teal";

export type State =
  | Schemas["JourneyState"]
  | Schemas["CampaignState"]
  | Schemas["RunState"]
  | Schemas["MessageStatus"]
  | Schemas["Consent"]["state"]
  | Schemas["SenderDomain"]["state"]
  | Schemas["SenderKey"]["state"]
  | Schemas["Job"]["state"]
  | Schemas["WebhookDeliveryState"]
  | WebhookState
  | TestState
  | "passed"
  | "warning"
  | "unanswered"
  | "set_aside"
  | "archived";

/**
 * Of an A/B test: its winner is looked for later, was found, was declared by a person, was looked for
 * without a decision, or is never looked for.
 */
export type TestState = "collecting" | "decided" | "declared" | "undecided" | "counting";

/** Of a webhook: told what happens; also, but it does not answer; off by a person, or by itself. */
export type WebhookState = "on" | "failing" | "off" | "switched_off";

const looks: Record<State, [Tone, ComponentType<{ size?: number; stroke?: number }>]> = {
  running: ["info", IconPlayerPlay],
  paused: ["wait", IconPlayerPause],
  finishing: ["wait", IconHourglass],
  draft: ["grey", IconPencil],
  scheduled: ["wait", IconCalendarTime],
  holding: ["wait", IconHourglass],
  sending: ["info", IconSend],
  stopping: ["wait", IconHourglass],
  stopped: ["grey", IconHandStop],
  finished: ["good", IconCircleCheck],
  active: ["info", IconPlayerPlay],
  completed: ["good", IconCircleCheck],
  exited: ["grey", IconDoorExit],
  goal: ["good", IconFlag],
  merged: ["grey", IconGitMerge],
  held_out: ["grey", IconBan],
  queued: ["wait", IconClock],
  claimed: ["info", IconSend],
  committing: ["info", IconSend],
  sent: ["good", IconCircleCheck],
  retry: ["wait", IconRefresh],
  failed: ["bad", IconAlertTriangle],
  skipped: ["grey", IconBan],
  cancelled: ["grey", IconBan],
  uncertain: ["wait", IconHelpCircle],
  subscribed: ["good", IconCircleCheck],
  unsubscribed: ["bad", IconBan],
  suppressed: ["bad", IconBan],
  unknown: ["grey", IconHelpCircle],
  waiting: ["wait", IconHourglass],
  signing: ["good", IconCircleCheck],
  rotating: ["info", IconRefresh],
  retired: ["grey", IconBan],
  done: ["good", IconCircleCheck],
  collecting: ["info", IconHourglass],
  counting: ["grey", IconChartBar],
  undecided: ["wait", IconHelpCircle],
  decided: ["good", IconFlag],
  declared: ["good", IconUserCheck],
  passed: ["good", IconCircleCheck],
  warning: ["wait", IconAlertTriangle],
  unanswered: ["grey", IconHelpCircle],
  on: ["good", IconCircleCheck],
  failing: ["wait", IconAlertTriangle],
  off: ["grey", IconPlayerPause],
  switched_off: ["bad", IconAlertTriangle],
  delivered: ["good", IconCircleCheck],
  set_aside: ["bad", IconAlertTriangle],
  archived: ["grey", IconArchive],
};

/** The state of anything: colour, icon and word. */
export function Status({ state }: { state: State }) {
  const { t } = useTranslation();
  const [tone, Icon] = looks[state] ?? looks.unknown;
  return (
    <span className={`${classes.tone} ${classes[tone]}`}>
      <Icon size={12} stroke={2} aria-hidden />
      {t(`status.${state}`, { defaultValue: state })}
    </span>
  );
}
