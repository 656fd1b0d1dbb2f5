import {
  IconChartBar,
  IconListCheck,
  IconListDetails,
  IconUserShield,
  IconWorld,
} from "@tabler/icons-react";
import { navigation, settingsItem } from "./nav";

/** Every page that the palette and the keys go to; the navigation has not room for all. */
export const destinations = [
  ...navigation.flatMap((group) => [...group.items]),
  { to: "/lists", name: "lists", icon: IconListCheck, key: "k" },
  { to: "/scores", name: "scores", icon: IconChartBar, key: "r" },
  settingsItem,
  { to: "/settings/domains", name: "domains", icon: IconWorld, key: "n" },
  { to: "/settings/team", name: "team", icon: IconUserShield, key: "w" },
  { to: "/settings/audit", name: "audit", icon: IconListDetails, key: "v" },
] as const;
