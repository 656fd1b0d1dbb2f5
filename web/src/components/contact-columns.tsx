import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { useContactName } from "./contact-name";
import type { Column } from "./data-table";
import { Time } from "./time/time";

type ContactSummary = Schemas["ContactSummary"];

/** The columns of every list of contacts. */
export function useContactColumns(): Column<ContactSummary>[] {
  const { t } = useTranslation();
  const name = useContactName();
  return [
    {
      key: "name",
      title: t("contacts.name"),
      width: "minmax(0, 1.4fr)",
      strong: true,
      cell: (contact) => (
        <Link to="/contacts/$id" params={{ id: contact.id }}>
          {name(contact)}
        </Link>
      ),
    },
    {
      key: "email",
      title: t("contacts.email"),
      width: "minmax(0, 1.6fr)",
      wide: true,
      cell: (contact) => contact.email ?? "",
    },
    {
      key: "userId",
      title: t("contacts.userId"),
      width: "minmax(0, 1fr)",
      wide: true,
      cell: (contact) => contact.userId ?? "",
    },
    {
      key: "firstSeen",
      title: t("contacts.firstSeen"),
      width: "120px",
      wide: true,
      cell: (contact) => <Time at={contact.firstSeenAt} />,
    },
    {
      key: "lastSeen",
      title: t("contacts.lastSeen"),
      width: "110px",
      end: true,
      cell: (contact) => <Time at={contact.lastSeenAt} />,
    },
  ];
}
