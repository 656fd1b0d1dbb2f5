import { ActionIcon, Menu } from "@mantine/core";
import {
  IconArrowsMove,
  IconClipboard,
  IconCopy,
  IconCopyPlus,
  IconDotsVertical,
  IconPlus,
  IconTrash,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useEditing } from "./editing";
import { copiedSteps } from "./model/clipboard";
import { afterStep, findStep } from "./model/tree";

/** All that can be done with a step without dragging and without a keyboard. */
export function StepMenu({ id, title }: { id: string; title: string }) {
  const { t } = useTranslation();
  const editing = useEditing();
  const ids = editing.chosen.has(id) ? editing.chosen : new Set([id]);
  const found = findStep(editing.journey, id);
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={28}
          tabIndex={-1}
          aria-label={t("editor.stepMenu", { title })}
        >
          <IconDotsVertical size={15} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconPlus size={14} />}
          onClick={() => found && editing.askAdd(afterStep(found))}
        >
          {t("editor.addAfter")}
        </Menu.Item>
        <Menu.Item leftSection={<IconArrowsMove size={14} />} onClick={() => editing.askMove(id)}>
          {t("editor.moveTo")}
        </Menu.Item>
        <Menu.Item leftSection={<IconCopyPlus size={14} />} onClick={() => editing.duplicate(ids)}>
          {t("editor.duplicate")}
        </Menu.Item>
        <Menu.Item leftSection={<IconCopy size={14} />} onClick={() => editing.copy(ids)}>
          {t("editor.copy")}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconClipboard size={14} />}
          disabled={copiedSteps().length === 0}
          onClick={() => found && editing.paste(afterStep(found), copiedSteps())}
        >
          {t("editor.pasteAfter")}
        </Menu.Item>
        <Menu.Item
          color="red.9"
          leftSection={<IconTrash size={14} />}
          onClick={() => editing.remove(ids)}
        >
          {t("editor.delete")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
