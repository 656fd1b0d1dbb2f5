import { ActionIcon } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useNumber } from "@/components/number";
import classes from "./contact.module.css";
import { neighboursOf } from "./contact-trail";

/** The contacts before and after this one in the list from which it was opened: also by [ and ]. */
export function NeighbourLinks({ id }: { id: string }) {
  const { t } = useTranslation();
  const number = useNumber();
  const navigate = useNavigate();
  const found = neighboursOf(id);
  const go = (to: string | undefined) => {
    if (to !== undefined) void navigate({ to: "/contacts/$id", params: { id: to } });
  };
  useHotkeys([
    ["[", () => go(found?.before)],
    ["]", () => go(found?.after)],
  ]);
  if (found === null) return null;
  return (
    <nav className={classes.neighbours} aria-label={t("contacts.neighbours")}>
      <Arrow to={found.before} label={t("contacts.before")} direction="before" />
      <Link to="/contacts" search={found.search} className="num">
        {t("contacts.place", { place: number(found.place), count: number(found.count) })}
      </Link>
      <Arrow to={found.after} label={t("contacts.after")} direction="after" />
    </nav>
  );
}

interface ArrowProps {
  to: string | undefined;
  label: string;
  direction: "before" | "after";
}

function Arrow({ to, label, direction }: ArrowProps) {
  const Icon = direction === "before" ? IconChevronLeft : IconChevronRight;
  const icon = <Icon size={16} className={classes.arrow} aria-hidden />;
  if (to === undefined) {
    return (
      <ActionIcon variant="default" disabled aria-label={label}>
        {icon}
      </ActionIcon>
    );
  }
  return (
    <ActionIcon
      variant="default"
      aria-label={label}
      renderRoot={(props) => <Link {...props} to="/contacts/$id" params={{ id: to }} />}
    >
      {icon}
    </ActionIcon>
  );
}
