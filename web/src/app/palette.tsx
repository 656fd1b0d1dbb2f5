import "@mantine/spotlight/styles.css";
import { useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { createSpotlight, Spotlight } from "@mantine/spotlight";
import {
  IconHandStop,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconPlayerPlay,
  IconRoute,
  IconSearch,
  IconUser,
  IconUsersGroup,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ComponentType, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client";
import { useMay } from "@/api/permissions";
import { homeQuery, journeysQuery, segmentsQuery } from "@/api/queries";
import { useContactName } from "@/components/contact-name";
import { useSendingSwitch } from "@/components/sending";
import { destinations } from "./destinations";
import { chooseLanguage, language, type Language, languages } from "./language";
import { useSignOut } from "./sign-out";

const [store, spotlight] = createSpotlight();

export const openPalette = spotlight.open;

interface Action {
  id: string;
  label: string;
  hint?: string;
  icon: ComponentType<{ size?: number; stroke?: number }>;
  run: () => void;
}

const foundMax = 6;

/** Ctrl K: go anywhere, find a contact, and run what is needed in a hurry. */
export function Palette() {
  const { t } = useTranslation();
  const [query, setQuery] = useState("");
  const actions = useActions();
  const found = useFound(query);
  const words = query.toLowerCase().trim();
  const matching = actions.filter((action) => action.label.toLowerCase().includes(words));
  const groups = [
    { label: t("palette.found"), items: found },
    { label: t("palette.actions"), items: matching },
  ].filter((group) => group.items.length > 0);
  return (
    <Spotlight.Root store={store} query={query} onQueryChange={setQuery} shortcut="mod + K">
      <Spotlight.Search
        placeholder={t("palette.placeholder")}
        aria-label={t("palette.open")}
        leftSection={<IconSearch size={17} stroke={1.6} />}
      />
      <Spotlight.ActionsList>
        {groups.map((group) => (
          <Spotlight.ActionsGroup key={group.label} label={group.label}>
            {group.items.map((action) => (
              <Spotlight.Action
                key={action.id}
                label={action.label}
                description={action.hint}
                leftSection={<action.icon size={17} stroke={1.6} />}
                onClick={action.run}
              />
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {groups.length === 0 && <Spotlight.Empty>{t("palette.nothing")}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

function useActions(): Action[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const home = useQuery(homeQuery).data;
  const { askStop, askResume } = useSendingSwitch();
  const maySwitch = useMay("write");
  const scheme = useComputedColorScheme("light");
  const { setColorScheme } = useMantineColorScheme();
  const signOut = useSignOut();
  const admin = useMay("admin");
  const offered = destinations.filter((item) => admin || !("permission" in item));
  const go: Action[] = offered.map((item) => ({
    id: item.to,
    label: t("palette.go", { page: t(`nav.${item.name}`) }),
    icon: item.icon,
    run: () => void navigate({ to: item.to }),
  }));
  const sending: Action = home?.sending.stopped
    ? {
        id: "resume",
        label: t("sending.resume"),
        icon: IconPlayerPlay,
        run: () => askResume(home.messagesQueued),
      }
    : { id: "stop", label: t("sending.stop"), icon: IconHandStop, run: askStop };
  return [
    ...go,
    ...(maySwitch ? [sending] : []),
    {
      id: "scheme",
      label: scheme === "dark" ? t("shell.light") : t("shell.dark"),
      icon: IconMoon,
      run: () => setColorScheme(scheme === "dark" ? "light" : "dark"),
    },
    ...(Object.keys(languages) as Language[])
      .filter((each) => each !== language)
      .map((each) => ({
        id: `language/${each}`,
        label: languages[each],
        hint: t("palette.language"),
        icon: IconLanguage,
        run: () => chooseLanguage(each),
      })),
    { id: "sign-out", label: t("shell.signOut"), icon: IconLogout, run: signOut },
  ];
}

/** Contacts, segments and journeys by what is typed. */
function useFound(query: string): Action[] {
  const navigate = useNavigate();
  const name = useContactName();
  const { t } = useTranslation();
  const [typed] = useDebouncedValue(query.trim(), 200);
  const asked = typed.length >= 2;
  const contacts = useQuery({
    queryKey: ["contacts", "palette", typed],
    queryFn: () =>
      unwrap(api.GET("/contacts", { params: { query: { q: typed, limit: foundMax } } })),
    enabled: asked,
  }).data;
  const segments = useQuery({ ...segmentsQuery, enabled: asked }).data;
  const journeys = useQuery({ ...journeysQuery, enabled: asked }).data;
  if (!asked) return [];
  const matches = (item: { name: string }) => item.name.toLowerCase().includes(typed.toLowerCase());
  return [
    ...(segments?.items ?? []).filter(matches).map((segment) => ({
      id: `segment/${segment.key}`,
      label: segment.name,
      hint: t("palette.segment"),
      icon: IconUsersGroup,
      run: () => void navigate({ to: "/segments/$key", params: { key: segment.key } }),
    })),
    ...(journeys?.items ?? []).filter(matches).map((journey) => ({
      id: `journey/${journey.key}`,
      label: journey.name,
      hint: t("palette.journey"),
      icon: IconRoute,
      run: () => void navigate({ to: "/journeys/$key", params: { key: journey.key } }),
    })),
    ...(contacts?.items ?? []).map((contact) => ({
      id: `contact/${contact.id}`,
      label: name(contact),
      hint: contact.email ?? undefined,
      icon: IconUser,
      run: () => void navigate({ to: "/contacts/$id", params: { id: contact.id } }),
    })),
  ];
}
