import { useTranslation } from "react-i18next";
import { KindIcon } from "@/components/kind";
import classes from "./editor.module.css";
import { useEditing } from "./editing";
import { groups } from "./groups";
import { iconOf, type Kind } from "./model/kinds";
import { afterStep, findStep, rootList, stepsAt } from "./model/tree";
import { useDraggable } from "./use-drops";

/** What can be added: by a click behind what is chosen, or by dragging it onto a line. */
export function Palette() {
  const { t } = useTranslation();
  return (
    <div className={classes.palette} role="group" aria-label={t("editor.palette")}>
      {groups.map((group) => (
        <div key={group.name} className={classes.paletteGroup}>
          <h2>{t(`editor.groups.${group.name}`)}</h2>
          {group.kinds.map((kind) => (
            <PaletteItem key={kind} kind={kind} />
          ))}
        </div>
      ))}
    </div>
  );
}

function PaletteItem({ kind }: { kind: Kind }) {
  const { t } = useTranslation();
  const editing = useEditing();
  const element = useDraggable({ add: kind });
  const add = () => {
    const found = findStep(editing.journey, editing.selected);
    const end = { list: rootList, index: stepsAt(editing.journey, rootList).length };
    editing.add(kind, found ? afterStep(found) : end);
  };
  return (
    <button ref={element} type="button" className={classes.paletteItem} onClick={add}>
      <KindIcon kind={iconOf(kind)} /> {t(`editor.kinds.${kind}`)}
    </button>
  );
}
