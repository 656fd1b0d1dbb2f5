import { Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import classes from "./page.module.css";

interface PageProps {
  title: string;
  /** The list that this page belongs to. */
  parent?: { to: string; title: string };
  meta?: ReactNode;
  actions?: ReactNode;
  /** Takes the height of the window; a part of the page scrolls, not the page. */
  fill?: boolean;
  children: ReactNode;
}

export function Page({ title, parent, meta, actions, fill, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Sojourn`;
  }, [title]);
  return (
    <div className={fill ? `${classes.page} ${classes.fill}` : classes.page}>
      <div className={classes.head}>
        {parent && (
          <>
            <Link to={parent.to} className={classes.crumb}>
              {parent.title}
            </Link>
            <span className={classes.meta} aria-hidden>
              /
            </span>
          </>
        )}
        <Title order={1}>{title}</Title>
        {meta !== undefined && <span className={classes.meta}>{meta}</span>}
        {actions && <div className={classes.actions}>{actions}</div>}
      </div>
      {children}
    </div>
  );
}

interface PanelProps {
  title?: string;
  action?: ReactNode;
  children: ReactNode;
  className?: string;
}

export function Panel({ title, action, children, className }: PanelProps) {
  return (
    <section className={className ? `${classes.panel} ${className}` : classes.panel}>
      {title !== undefined && (
        <div className={classes.panelHead}>
          <Title order={2}>{title}</Title>
          {action}
        </div>
      )}
      <div className={classes.panelBody}>{children}</div>
    </section>
  );
}
