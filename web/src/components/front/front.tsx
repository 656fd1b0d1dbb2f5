import { type ReactNode, useEffect } from "react";
import logo from "@/app/favicon.svg";
import classes from "./front.module.css";

interface Props {
  title: string;
  aside?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}

/** The frame of the pages before signing in. */
export function Front({ title, aside, wide, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Sojourn`;
  }, [title]);
  return (
    <main className={classes.screen}>
      <div className={wide ? `${classes.card} ${classes.wide}` : classes.card}>
        <div className={classes.brand}>
          <img src={logo} width={26} height={26} alt="" />
          Sojourn
          <span style={{ marginLeft: "auto" }}>{aside}</span>
        </div>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}
