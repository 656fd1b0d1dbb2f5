import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { Panel } from "@/components/page";
import { Time } from "@/components/time/time";
import { Attributes } from "./attributes";
import classes from "./contact.module.css";

export function Identity({ contact }: { contact: Schemas["Contact"] }) {
  const { t } = useTranslation();
  return (
    <div className={classes.side}>
      <Panel title={t("contacts.identity")}>
        <dl className={classes.facts}>
          <div>
            <dt>{t("contacts.id")}</dt>
            <dd className={classes.id}>{contact.id}</dd>
          </div>
          {contact.identifiers.map((identifier) => (
            <div key={`${identifier.kind}/${identifier.value}`}>
              <dt>{t(`identifier.${identifier.kind}` as "identifier.email", identifier.kind)}</dt>
              <dd className={identifier.kind === "anonymousId" ? classes.id : undefined}>
                {identifier.value}
              </dd>
            </div>
          ))}
          <div>
            <dt>{t("contacts.firstSeen")}</dt>
            <dd>
              <Time at={contact.firstSeenAt} />
            </dd>
          </div>
          {contact.mergedFrom.length > 0 && (
            <div>
              <dt>{t("contacts.mergedFrom")}</dt>
              <dd className={classes.id}>{contact.mergedFrom.join(", ")}</dd>
            </div>
          )}
        </dl>
      </Panel>
      <Attributes contact={contact} />
    </div>
  );
}
