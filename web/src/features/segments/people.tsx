import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { ContactName } from "@/components/contact-name";
import { RowsSkeleton } from "@/components/states";
import classes from "./segment.module.css";

interface Props {
  people: Schemas["ContactSummary"][] | undefined;
  counted: number | undefined;
  failed: boolean;
}

/** A few of those whom the condition holds for. */
export function People({ people, counted, failed }: Props) {
  const { t } = useTranslation();
  if (failed) return <p className={classes.dim}>{t("segments.peopleUnknown")}</p>;
  if (!people) return <RowsSkeleton rows={4} />;
  if (people.length === 0) {
    return (
      <p className={classes.dim}>{t(counted === 0 ? "segments.nobody" : "segments.peopleLater")}</p>
    );
  }
  return (
    <ul className={classes.people}>
      {people.map((contact) => (
        <li key={contact.id}>
          <ContactName contact={contact} />
          {contact.email && contact.email !== contact.name && (
            <span className={classes.dim}> {contact.email}</span>
          )}
        </li>
      ))}
    </ul>
  );
}
