import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/permissions";
import { navigation, settingsItem } from "./nav";
import classes from "./shell.module.css";

type Item = (typeof navigation)[number]["items"][number] | typeof settingsItem;

export function Navigation({ onGo }: { onGo?: () => void }) {
  const { t } = useTranslation();
  const admin = useMay("admin");
  const link = (item: Item) => (
    <Link
      key={item.to}
      to={item.to}
      className={classes.link}
      activeOptions={{ exact: item.to === "/", includeSearch: false }}
      onClick={onGo}
    >
      <item.icon size={17} stroke={1.6} aria-hidden />
      {t(`nav.${item.name}`)}
    </Link>
  );
  return (
    <nav className={classes.nav} aria-label={t("nav.label")}>
      {navigation.map((group) => (
        <div key={group.group ?? "top"}>
          {group.group && <div className={classes.group}>{t(`nav.${group.group}`)}</div>}
          {group.items.filter((item) => admin || !("permission" in item)).map(link)}
        </div>
      ))}
      <div className={classes.bottom}>{link(settingsItem)}</div>
    </nav>
  );
}
