import {
  IconArrowsSplit,
  IconBell,
  IconBolt,
  IconBriefcase,
  IconChartBar,
  IconClock,
  IconCornerUpLeft,
  IconDoorExit,
  IconFingerprint,
  IconFlask,
  IconListCheck,
  IconMail,
  IconMessage,
  IconPencil,
  IconPointer,
  IconRobot,
  IconRoute,
  IconShieldCheck,
  IconStairs,
  IconUser,
  IconUsersGroup,
  IconWebhook,
} from "@tabler/icons-react";
import type { ComponentType } from "react";
import type { Tone } from "./status";
import classes from "./tone.module.css";

type Icon = ComponentType<{ size?: number; stroke?: number }>;

/** One icon and colour for each kind of step and of entry, on canvas, timeline and lists alike. */
const looks: Record<string, [Tone, Icon]> = {
  trigger: ["orange", IconBolt],
  send: ["info", IconMail],
  notify: ["info", IconBell],
  wait: ["grey", IconClock],
  branch: ["violet", IconArrowsSplit],
  split: ["teal", IconFlask],
  update: ["grey", IconPencil],
  score: ["orange", IconChartBar],
  list: ["grey", IconListCheck],
  stage: ["grey", IconStairs],
  assign: ["grey", IconUser],
  task: ["grey", IconBriefcase],
  webhook: ["violet", IconWebhook],
  track: ["orange", IconBolt],
  enter: ["teal", IconRoute],
  leave: ["bad", IconDoorExit],
  goto: ["grey", IconCornerUpLeft],
  exit: ["bad", IconDoorExit],
  event: ["orange", IconPointer],
  message: ["info", IconMessage],
  segment: ["violet", IconUsersGroup],
  journey: ["teal", IconRoute],
  consent: ["good", IconShieldCheck],
  identity: ["grey", IconFingerprint],
  machine: ["grey", IconRobot],
};

export function KindIcon({ kind }: { kind: string }) {
  const [tone, Icon] = looks[kind] ?? ["grey", IconBolt];
  return (
    <span className={`${classes.icon} ${classes[tone]}`} aria-hidden>
      <Icon size={15} stroke={1.7} />
    </span>
  );
}
