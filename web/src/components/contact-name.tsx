import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";

/** What a contact is called, best first. */
export function useContactName() {
  const { t } = useTranslation();
  return (contact: {
    id: string;
    userId: string | null;
    name: string | null;
    email?: string | null;
  }): string =>
    contact.name ??
    contact.email ??
    contact.userId ??
    t("contacts.anonymous", { id: contact.id.replace(/^c_/, "").slice(0, 6) });
}

export function ContactName({ contact }: { contact: Schemas["ContactRef"] }) {
  const name = useContactName();
  return (
    <Link to="/contacts/$id" params={{ id: contact.id }}>
      {name(contact)}
    </Link>
  );
}
