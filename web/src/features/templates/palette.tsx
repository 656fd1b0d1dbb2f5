import { draggable } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { IconLayoutRows } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import classes from "./composer.module.css";
import { type Block, insert, keyOf, type Node, type Path } from "./document";
import { useEditing } from "./editing";
import { icons, palette } from "./kinds";
import { useKindName } from "./names";

/** What can be added: by a click behind what is chosen, or by dragging it to its place. */
export function Palette() {
  const { t } = useTranslation();
  const editing = useEditing();
  const add = (block: Block) => {
    const fresh = structuredClone(block);
    const [list, index] = placeFor(editing.doc.rows, editing.path);
    if (editing.doc.rows.length === 0) {
      editing.edit(insert(editing.doc, ["rows"], 0, { cols: [{ blocks: [fresh] }] }));
    } else {
      editing.edit(insert(editing.doc, list, index, fresh));
    }
    editing.select(keyOf(fresh));
  };
  const addRow = () => {
    const row: Node = { cols: [{ blocks: [] }] };
    const after = editing.path ? (editing.path[1] as number) + 1 : editing.doc.rows.length;
    editing.edit(insert(editing.doc, ["rows"], after, row));
    editing.select(keyOf(row));
  };
  return (
    <div className={classes.palette} role="toolbar" aria-label={t("templates.add")}>
      {palette.map((block) => (
        <PaletteItem key={block.type} block={block} add={() => add(block)} />
      ))}
      <button type="button" className={classes.item} onClick={addRow}>
        <IconLayoutRows size={15} aria-hidden /> {t("templates.row")}
      </button>
    </div>
  );
}

/** Behind the chosen block, at the end of the chosen row, else at the end of the last row but one. */
function placeFor(rows: readonly unknown[], path: Path | null): [Path, number] {
  if (path && path.length > 2) {
    return [path.slice(0, -1), (path[path.length - 1] as number) + 1];
  }
  // The last row usually holds what the law asks for.
  const row = path ? (path[1] as number) : Math.max(0, rows.length - 2);
  return [["rows", row, "cols", 0, "blocks"], Number.MAX_SAFE_INTEGER];
}

function PaletteItem({ block, add }: { block: Block; add: () => void }) {
  const name = useKindName();
  const element = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!element.current) return undefined;
    return draggable({
      element: element.current,
      getInitialData: () => ({ block: structuredClone(block) }),
    });
  }, [block]);
  const Icon = icons[block.type];
  return (
    <button ref={element} type="button" className={classes.item} onClick={add}>
      {Icon && <Icon size={15} aria-hidden />} {name(block.type)}
    </button>
  );
}
