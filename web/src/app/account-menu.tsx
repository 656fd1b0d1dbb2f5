import { ActionIcon, Menu } from "@mantine/core";
import { IconCheck, IconLock, IconLogout, IconUserCircle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { chooseLanguage, language, type Language, languages } from "./language";
import { useSignOut } from "./sign-out";

export function AccountMenu({ email }: { email: string | null }) {
  const { t } = useTranslation();
  const signOut = useSignOut();
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon size={30} aria-label={t("shell.account")}>
          <IconUserCircle size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{email}</Menu.Label>
        <Menu.Item
          leftSection={<IconLock size={15} />}
          renderRoot={(props) => <Link {...props} to="/settings/account" />}
        >
          {t("nav.account")}
        </Menu.Item>
        <Menu.Divider />
        {(Object.keys(languages) as Language[]).map((each) => (
          <Menu.Item
            key={each}
            lang={each}
            aria-current={each === language ? "true" : undefined}
            rightSection={each === language && <IconCheck size={15} aria-hidden />}
            onClick={() => chooseLanguage(each)}
          >
            {languages[each]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={signOut}>
          {t("shell.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
