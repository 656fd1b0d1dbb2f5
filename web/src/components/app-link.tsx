import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { parseSearch } from "@/app/search";

interface Props {
  /** A path of this app with its filters, as the API writes them: `/messages?status=failed`. */
  href: string;
  className?: string;
  children: ReactNode;
}

export function AppLink({ href, className, children }: Props) {
  const [path = "/", query = ""] = href.split("?");
  return (
    <Link to={path} search={parseSearch(query) as never} className={className}>
      {children}
    </Link>
  );
}
