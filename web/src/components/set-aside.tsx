import { Button } from "@mantine/core";
import { IconAlertTriangle, IconTool } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ApiError, type Schemas } from "@/api/client";
import { setAsideQuery } from "@/api/definitions";
import classes from "./set-aside.module.css";

type Kind = Schemas["Definition"]["kind"];

/** Definitions that an update refuses, each with its problem and the way to mend it. */
export function SetAside({ kind }: { kind?: Kind }) {
  const { t } = useTranslation();
  const all = useQuery(setAsideQuery).data ?? [];
  const shown = all.filter((definition) => kind === undefined || definition.kind === kind);
  if (shown.length === 0) return null;
  return (
    <section className={classes.notice} aria-label={t("definitions.aside")}>
      <div className={classes.head}>
        <IconAlertTriangle size={16} aria-hidden />
        <strong>{t("definitions.asideCount", { count: shown.length })}</strong>
        {t("definitions.asideText")}
      </div>
      <ul className={classes.list}>
        {shown.map((definition) => (
          <li key={`${definition.kind}/${definition.key}`}>
            <span className={classes.what}>
              {t(`definitions.kind.${definition.kind}`)} <code>{definition.key}</code>
            </span>
            <span className={classes.why}>{definition.setAside[0]?.message}</span>
            <Link
              to="/data/definitions/$kind/$key"
              params={{ kind: definition.kind, key: definition.key }}
            >
              {t("definitions.mend")}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Beside an error that says that a definition is set aside: the way to its text. */
export function MendButton({ error, kind, id }: { error: unknown; kind: Kind; id: string }) {
  const { t } = useTranslation();
  if (!(error instanceof ApiError) || error.code !== "set_aside") return null;
  return (
    <Button
      leftSection={<IconTool size={15} />}
      renderRoot={(props) => (
        <Link {...props} to="/data/definitions/$kind/$key" params={{ kind, key: id }} />
      )}
    >
      {t("definitions.mend")}
    </Button>
  );
}
