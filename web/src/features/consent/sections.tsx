import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import classes from "./consent.module.css";

/** The parts of consent; each is a page of its own. */
export function Sections() {
  const { t } = useTranslation();
  const active = { "data-active": "true", "aria-current": "page" as const };
  return (
    <nav className={classes.sections} aria-label={t("consent.sections")}>
      <Link to="/consent" activeOptions={{ exact: true }} activeProps={active}>
        {t("consent.topics")}
      </Link>
      <Link to="/consent/forms" activeProps={active}>
        {t("consent.forms")}
      </Link>
      <Link to="/consent/suppressions" activeProps={active}>
        {t("consent.suppressions")}
      </Link>
    </nav>
  );
}
