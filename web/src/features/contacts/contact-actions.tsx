import { Button, Menu } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconChevronDown, IconHelpCircle, IconMessages } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { useMay } from "@/api/permissions";
import { useContactName } from "@/components/contact-name";
import { EnterForm, EraseOne, MergeWith, SendForm } from "./contact-forms";

type Contact = Schemas["Contact"];

/** What is done with one contact. */
export function ContactActions({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const name = useContactName();
  const mayWrite = useMay("write");
  const mayErase = useMay("admin");
  const open = (title: string, form: ReactNode) => modals.open({ title, children: form });
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconHelpCircle size={15} />}
        renderRoot={(props) => (
          <Link {...props} to="/contacts/$id/why" params={{ id: contact.id }} search={{}} />
        )}
      >
        {t("contacts.why")}
      </Button>
      <Button
        variant="default"
        leftSection={<IconMessages size={15} />}
        renderRoot={(props) => <Link {...props} to="/messages" search={{ contact: contact.id }} />}
      >
        {t("nav.messages")}
      </Button>
      {mayWrite && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button rightSection={<IconChevronDown size={14} />}>{t("contacts.actions")}</Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              disabled={contact.email === null}
              onClick={() => open(t("contacts.send"), <SendForm contact={contact} />)}
            >
              {t("contacts.send")}
            </Menu.Item>
            <Menu.Item onClick={() => open(t("contacts.enter"), <EnterForm contact={contact} />)}>
              {t("contacts.enter")}
            </Menu.Item>
            <Menu.Item
              onClick={() => open(t("contacts.mergeTitle"), <MergeWith contact={contact} />)}
            >
              {t("contacts.mergeWith")}
            </Menu.Item>
            {mayErase && (
              <>
                <Menu.Divider />
                <Menu.Item
                  c="var(--app-text-bad)"
                  onClick={() =>
                    open(
                      t("contacts.eraseTitle", { name: name(contact) }),
                      <EraseOne contact={contact} />,
                    )
                  }
                >
                  {t("contacts.erase")}
                </Menu.Item>
              </>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}
