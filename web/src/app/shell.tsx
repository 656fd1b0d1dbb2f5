import {
  ActionIcon,
  Burger,
  Drawer,
  useComputedColorScheme,
  useMantineColorScheme,
} from "@mantine/core";
import { ModalsProvider } from "@mantine/modals";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import { IconMoon, IconSearch, IconSun } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { sessionQuery } from "@/api/queries";
import { StreamProvider, useConnection } from "@/api/stream";
import { NowProvider } from "@/components/time/now";
import { Banners } from "./banners";
import logo from "./favicon.svg";
import { loadTexts } from "./i18n";
import { Navigation } from "./navigation";
import classes from "./shell.module.css";

// Not needed for the first sight of a page.
const Palette = lazy(async () => {
  const [module] = await Promise.all([import("./palette"), loadTexts("palette")]);
  return { default: module.Palette };
});
const Shortcuts = lazy(async () => {
  const [module] = await Promise.all([import("./shortcuts"), loadTexts("palette")]);
  return { default: module.Shortcuts };
});
const AccountMenu = lazy(() =>
  import("./account-menu").then((module) => ({ default: module.AccountMenu })),
);

/** Signed in: header, banners, navigation and the page. */
export function Shell() {
  const { t } = useTranslation();
  const [menu, { toggle, close }] = useDisclosure(false);
  const narrow = useMediaQuery("(max-width: 48em)");
  return (
    <StreamProvider>
      <NowProvider>
        {/* Within the router: what a dialog asks may lead to another page. */}
        <ModalsProvider>
          <a href="#main" className="skip-link">
            {t("shell.skip")}
          </a>
          <div className={classes.shell}>
            <Header menu={menu} toggleMenu={toggle} />
            <Banners />
            <div className={classes.body}>
              {!narrow && <Navigation />}
              <main id="main" tabIndex={-1} className={classes.main}>
                <Outlet />
              </main>
            </div>
          </div>
          {narrow && (
            <Drawer opened={menu} onClose={close} size={260} title={t("shell.menu")}>
              <Navigation onGo={close} />
            </Drawer>
          )}
          <Suspense fallback={null}>
            <Palette />
            <Shortcuts />
          </Suspense>
        </ModalsProvider>
      </NowProvider>
    </StreamProvider>
  );
}

function Header({ menu, toggleMenu }: { menu: boolean; toggleMenu: () => void }) {
  const { t } = useTranslation();
  const session = useQuery(sessionQuery).data;
  const scheme = useComputedColorScheme("light");
  const { setColorScheme } = useMantineColorScheme();
  const other = scheme === "dark" ? t("shell.light") : t("shell.dark");
  return (
    <header className={classes.header}>
      <Burger
        opened={menu}
        onClick={toggleMenu}
        hiddenFrom="sm"
        size="sm"
        aria-label={t("shell.menu")}
      />
      <Link to="/" className={classes.brand}>
        <img src={logo} width={24} height={24} alt="" />
        <span>{session?.workspace.name}</span>
      </Link>
      <button
        type="button"
        className={classes.search}
        onClick={() => void import("./palette").then((palette) => palette.openPalette())}
      >
        <IconSearch size={15} aria-hidden />
        <span className={classes.searchText}>{t("palette.open")}</span>
        <kbd aria-hidden>Ctrl K</kbd>
      </button>
      <div className={classes.right}>
        <Live />
        <ActionIcon
          size={30}
          title={other}
          aria-label={other}
          onClick={() => setColorScheme(scheme === "dark" ? "light" : "dark")}
        >
          {scheme === "dark" ? <IconSun size={17} /> : <IconMoon size={17} />}
        </ActionIcon>
        <Suspense fallback={<span style={{ width: 30 }} />}>
          <AccountMenu email={session?.email ?? null} />
        </Suspense>
      </div>
    </header>
  );
}

function Live() {
  const { t } = useTranslation();
  const connection = useConnection();
  return (
    <span className={classes.live} role="status" title={t(`live.${connection}Hint`)}>
      <span className={classes.dot} data-state={connection} aria-hidden />
      <span className={classes.liveText}>{t(`live.${connection}`)}</span>
    </span>
  );
}
