import { IconPlugConnectedX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { clockQuery, homeQuery } from "@/api/queries";
import { useConnection } from "@/api/stream";
import classes from "./shell.module.css";

const StopBanner = lazy(() =>
  import("./stop-banner").then((module) => ({ default: module.StopBanner })),
);
const ClockBanner = lazy(() =>
  import("./clock-banner").then((module) => ({ default: module.ClockBanner })),
);

/** What must be known on every page. */
export function Banners() {
  const { t } = useTranslation();
  const clock = useQuery(clockQuery).data;
  const home = useQuery(homeQuery).data;
  return (
    <section aria-label={t("shell.notices")}>
      <LostBanner />
      {home?.sending.stopped && (
        <Suspense fallback={null}>
          <StopBanner home={home} />
        </Suspense>
      )}
      {clock?.virtual && (
        <Suspense fallback={null}>
          <ClockBanner />
        </Suspense>
      )}
    </section>
  );
}

function LostBanner() {
  const { t } = useTranslation();
  if (useConnection() !== "lost") return null;
  return (
    <div className={`${classes.banner} ${classes.lost}`} role="status">
      <IconPlugConnectedX size={16} aria-hidden />
      {t("live.banner")}
    </div>
  );
}
