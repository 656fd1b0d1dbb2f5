import { modals } from "@mantine/modals";
import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import { AddDialog } from "./add-dialog";
import { type Editing, EditingContext } from "./editing";
import { MoveDialog } from "./move-dialog";
import type { Place } from "./model/tree";

/** Opens a dialog about the journey as it is now; nothing else changes it meanwhile. */
export function openAbout(editing: Editing, title: string, children: ReactNode, size = "md"): void {
  modals.open({
    title,
    size,
    children: <EditingContext value={editing}>{children}</EditingContext>,
  });
}

export function askAdd(editing: Editing, place: Place, t: TFunction): void {
  openAbout(editing, t("editor.addTitle"), <AddDialog place={place} />);
}

export function askMove(editing: Editing, id: string, title: string, t: TFunction): void {
  openAbout(editing, t("editor.moveTitle", { title }), <MoveDialog id={id} />);
}
