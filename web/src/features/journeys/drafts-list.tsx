import { ActionIcon } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Panel } from "@/components/page";
import { forgetDraft, keptDraft, keptKeys, unpublishedRev } from "@/drafts/definition-draft";
import classes from "./journey.module.css";

const kind = "journey";

/** What somebody has begun in this browser and not published. */
export function DraftsList() {
  const { t } = useTranslation();
  const [keys, setKeys] = useState(() => keptKeys(kind));
  if (keys.length === 0) return null;
  const discard = (key: string) =>
    modals.openConfirmModal({
      title: t("editor.drafts.discardTitle"),
      children: t("editor.drafts.discardText"),
      labels: { confirm: t("editor.drafts.discard"), cancel: t("action.cancel") },
      confirmProps: { color: "red.9" },
      onConfirm: () => {
        forgetDraft(kind, key);
        setKeys(keptKeys(kind));
      },
    });
  return (
    <Panel title={t("editor.drafts.title")} className={classes.drafts}>
      <ul className={classes.draftList}>
        {keys.map((key) => {
          const name = nameOf(key);
          const isNew = keptDraft(kind, key)?.rev === unpublishedRev;
          return (
            <li key={key}>
              <IconPencil size={14} aria-hidden />
              <Link to="/journeys/$key/edit" params={{ key }}>
                {name}
              </Link>
              <span className={classes.dim}>
                {isNew ? t("editor.drafts.never") : t("editor.drafts.changed")}
              </span>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t("editor.drafts.discardNamed", { name })}
                onClick={() => discard(key)}
              >
                <IconTrash size={14} />
              </ActionIcon>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

/** The member `name` at the beginning of a line, which a definition has once. */
function nameOf(key: string): string {
  const text = keptDraft(kind, key)?.text ?? "";
  return /^name:[ \t]*(.+?)[ \t]*$/m.exec(text)?.[1] ?? key;
}
