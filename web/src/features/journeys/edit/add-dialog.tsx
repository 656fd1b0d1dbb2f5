import { Button } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconClipboard } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { KindIcon } from "@/components/kind";
import classes from "./editor.module.css";
import { useEditing } from "./editing";
import { groups } from "./groups";
import { copiedSteps } from "./model/clipboard";
import { iconOf } from "./model/kinds";
import type { Place } from "./model/tree";

/** What is to stand at a place: a new step, or those that were copied. */
export function AddDialog({ place }: { place: Place }) {
  const { t } = useTranslation();
  const { add, paste } = useEditing();
  const copied = copiedSteps();
  return (
    <>
      <div className={classes.kinds}>
        {groups.map((group) => (
          <fieldset key={group.name} className={classes.kindGroup}>
            <legend>{t(`editor.groups.${group.name}`)}</legend>
            {group.kinds.map((kind) => (
              <button
                key={kind}
                type="button"
                className={classes.kind}
                data-autofocus={kind === "send" || undefined}
                onClick={() => {
                  modals.closeAll();
                  add(kind, place);
                }}
              >
                <KindIcon kind={iconOf(kind)} />
                <span>
                  <span className={classes.kindName}>{t(`editor.kinds.${kind}`)}</span>
                  <span className={classes.kindText}>{t(`editor.kindTexts.${kind}`)}</span>
                </span>
              </button>
            ))}
          </fieldset>
        ))}
      </div>
      {copied.length > 0 && (
        <Button
          mt="sm"
          variant="default"
          leftSection={<IconClipboard size={15} />}
          onClick={() => {
            modals.closeAll();
            paste(place, copied);
          }}
        >
          {t("editor.paste", { count: copied.length })}
        </Button>
      )}
    </>
  );
}
