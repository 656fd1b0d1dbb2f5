import {
  IconAlertTriangle,
  IconCheck,
  IconCloudOff,
  IconPencil,
  IconRefresh,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { DraftState } from "./draft-keeper";
import classes from "./drafts.module.css";

const icons = {
  saved: IconCheck,
  changed: IconPencil,
  saving: IconRefresh,
  offline: IconCloudOff,
  conflict: IconAlertTriangle,
  refused: IconAlertTriangle,
} as const;

interface Props {
  state: DraftState;
  /** It is sent by itself; otherwise it waits for its button. */
  autosave: boolean;
}

/** Where what is written here is: said as it changes, also to screen readers. */
export function DraftStatus({ state, autosave }: Props) {
  const { t } = useTranslation();
  const Icon = icons[state];
  const text =
    state === "changed" && autosave
      ? t("drafts.saving")
      : state === "saved" && !autosave
        ? t("drafts.published")
        : t(`drafts.${state}`);
  return (
    <span className={classes.status} data-state={state} role="status">
      <Icon size={14} aria-hidden /> {text}
    </span>
  );
}
