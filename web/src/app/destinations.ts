import { IconListDetails, IconUserShield, IconWorld } from "@tabler/icons-react";
import { navigation, settingsItem } from "./nav";

/** Every page that the palette and the keys go to; the navigation has not room for all. */
export const destinations = [
  ...navigation.flatMap((group) => [...group.items]),
  settingsItem,
  { to: "/settings/domains", name: "domains", icon: IconWorld, key: "n" },
  { to: "/settings/team", name: "team", icon: IconUserShield, key: "w" },
  { to: "/settings/audit", name: "audit", icon: IconListDetails, key: "l" },
] as const;
