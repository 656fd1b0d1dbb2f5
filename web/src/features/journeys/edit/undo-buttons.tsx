import { ActionIcon } from "@mantine/core";
import { IconArrowBackUp, IconArrowForwardUp } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./editor.module.css";
import { useEditing } from "./editing";

export function UndoButtons() {
  const { t } = useTranslation();
  const { undo, redo, canUndo, canRedo } = useEditing();
  return (
    <div className={classes.undo}>
      <ActionIcon
        variant="default"
        size={30}
        aria-label={t("editor.undo")}
        title={`${t("editor.undo")} (Ctrl Z)`}
        disabled={!canUndo}
        onClick={undo}
      >
        <IconArrowBackUp size={16} />
      </ActionIcon>
      <ActionIcon
        variant="default"
        size={30}
        aria-label={t("editor.redo")}
        title={`${t("editor.redo")} (Ctrl Shift Z)`}
        disabled={!canRedo}
        onClick={redo}
      >
        <IconArrowForwardUp size={16} />
      </ActionIcon>
    </div>
  );
}
