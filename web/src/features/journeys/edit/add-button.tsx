import { dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { IconPlus } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./editor.module.css";
import { useEditing } from "./editing";
import type { Place } from "./model/tree";

interface Props {
  place: Place;
  className?: string;
}

/** Asks what to add at a place; what is dragged can be dropped on it. */
export function AddButton({ place, className }: Props) {
  const { t } = useTranslation();
  const { askAdd } = useEditing();
  const element = useRef<HTMLButtonElement>(null);
  const [over, setOver] = useState(false);
  const latest = useRef(place);
  useEffect(() => {
    latest.current = place;
  });
  useEffect(() => {
    if (!element.current) return undefined;
    return dropTargetForElements({
      element: element.current,
      getData: () => ({ ...latest.current }),
      onDragEnter: () => setOver(true),
      onDragLeave: () => setOver(false),
      onDrop: () => setOver(false),
    });
  }, []);
  return (
    <button
      ref={element}
      type="button"
      className={className ? `${classes.add} ${className}` : classes.add}
      data-over={over}
      aria-label={t("editor.addHere")}
      title={t("editor.addHere")}
      tabIndex={-1}
      onClick={() => askAdd(place)}
    >
      <IconPlus size={13} aria-hidden />
    </button>
  );
}
