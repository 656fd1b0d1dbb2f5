import { Kbd, Modal, Table } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { destinations } from "./destinations";

const sequenceTime = 1000;

function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** g and a letter go to a page, / goes to the page's search, ? shows this list. */
export function Shortcuts() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [opened, { open, close }] = useDisclosure(false);
  const startedAt = useRef(0);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.timeStamp - startedAt.current < sequenceTime) {
        startedAt.current = 0;
        const item = destinations.find((destination) => destination.key === event.key);
        if (!item) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        void navigate({ to: item.to });
      } else if (event.key === "g") {
        startedAt.current = event.timeStamp;
      } else if (event.key === "/") {
        const search = document.querySelector<HTMLElement>("main input[type=search]");
        if (!search) return;
        event.preventDefault();
        search.focus();
      } else if (event.key === "?") {
        open();
      }
    };
    document.addEventListener("keydown", onKey, { capture: true });
    return () => document.removeEventListener("keydown", onKey, { capture: true });
  }, [navigate, open]);

  const rows: [string[], string][] = [
    [["Ctrl", "K"], t("palette.open")],
    [["/"], t("shortcuts.search")],
    [["j", "k"], t("shortcuts.rows")],
    [["x"], t("shortcuts.choose")],
    [["Enter"], t("shortcuts.open")],
    [["[", "]"], t("shortcuts.neighbours")],
    ...destinations.map(
      (item) =>
        [["g", item.key], t("palette.go", { page: t(`nav.${item.name}`) })] as [string[], string],
    ),
  ];
  return (
    <Modal opened={opened} onClose={close} title={t("shortcuts.title")}>
      <Table>
        <Table.Tbody>
          {rows.map(([keys, text]) => (
            <Table.Tr key={text}>
              <Table.Td>
                {keys.map((key) => (
                  <Kbd key={key} mr={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{text}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
