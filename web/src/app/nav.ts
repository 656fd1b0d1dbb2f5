import {
  IconActivity,
  IconBuilding,
  IconFileText,
  IconFlask,
  IconHome,
  IconInbox,
  IconMail,
  IconMessages,
  IconPhoto,
  IconRoute,
  IconSettings,
  IconShieldCheck,
  IconSpeakerphone,
  IconTable,
  IconTransfer,
  IconUsers,
  IconUsersGroup,
  IconWebhook,
} from "@tabler/icons-react";

/**
 * What exists, in the order of the navigation; `key` is the letter after g. Who has not the
 * `permission` is not shown it.
 */
export const navigation = [
  { group: null, items: [{ to: "/", name: "home", icon: IconHome, key: "h" }] },
  {
    group: "audience",
    items: [
      { to: "/contacts", name: "contacts", icon: IconUsers, key: "c" },
      { to: "/segments", name: "segments", icon: IconUsersGroup, key: "s" },
      { to: "/companies", name: "companies", icon: IconBuilding, key: "o" },
      { to: "/jobs", name: "jobs", icon: IconTransfer, key: "i" },
      { to: "/consent", name: "consent", icon: IconShieldCheck, key: "u" },
    ],
  },
  {
    group: "engage",
    items: [
      { to: "/journeys", name: "journeys", icon: IconRoute, key: "j" },
      { to: "/campaigns", name: "campaigns", icon: IconSpeakerphone, key: "p" },
      { to: "/templates", name: "templates", icon: IconMail, key: "l" },
      { to: "/tests", name: "tests", icon: IconFlask, key: "a" },
      { to: "/library", name: "pictures", icon: IconPhoto, key: "f" },
      { to: "/catalogs", name: "catalogs", icon: IconTable, key: "q" },
      { to: "/messages", name: "messages", icon: IconMessages, key: "m" },
    ],
  },
  {
    group: "data",
    items: [
      { to: "/data/events", name: "events", icon: IconActivity, key: "e" },
      { to: "/data/webhooks", name: "webhooks", icon: IconWebhook, key: "y", permission: "admin" },
      { to: "/data/definitions", name: "definitions", icon: IconFileText, key: "d" },
      { to: "/mailbox", name: "mailbox", icon: IconInbox, key: "b" },
    ],
  },
] as const;

export const settingsItem = {
  to: "/settings",
  name: "settings",
  icon: IconSettings,
  key: "t",
} as const;
