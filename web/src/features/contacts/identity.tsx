import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { Panel } from "@/components/page";
import { Value } from "@/components/properties";
import { Time } from "@/components/time/time";
import classes from "./contact.module.css";

export function Identity({ contact }: { contact: Schemas["Contact"] }) {
  const { t } = useTranslation();
  const attributes = Object.entries(contact.attributes);
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
      <Panel title={t("contacts.attributes")}>
        {attributes.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t("contacts.noAttributes")}
          </Text>
        ) : (
          <dl className={classes.facts}>
            {attributes.map(([name, attribute]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <Value value={attribute.value} />
                  <div className={classes.source}>
                    <Time at={attribute.at} />
                    {attribute.source && ` ${t("contacts.by", { source: attribute.source })}`}
                  </div>
                </dd>
              </div>
            ))}
          </dl>
        )}
      </Panel>
    </div>
  );
}
