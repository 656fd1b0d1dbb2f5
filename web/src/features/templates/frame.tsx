import { ActionIcon } from "@mantine/core";
import {
  IconArrowDown,
  IconArrowUp,
  IconCopy,
  IconGripVertical,
  IconTrash,
} from "@tabler/icons-react";
import { type KeyboardEvent, type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import classes from "./composer.module.css";
import { duplicate, keyOf, type Node, type Path, places, remove, step } from "./document";
import { useEditing } from "./editing";
import { useNodeName } from "./names";
import { usePlace } from "./use-place";

interface Props {
  node: Node;
  path: Path;
  isRow?: boolean;
  children: ReactNode;
}

/**
 * A block or row on the canvas: chosen by a click or Enter, walked with the arrows, moved by its handle,
 * its buttons or Alt and arrows, copied by Ctrl D, taken out by Delete.
 */
export function Frame({ node, path, isRow = false, children }: Props) {
  const { t } = useTranslation();
  const name = useNodeName();
  const { doc, selected, select, edit } = useEditing();
  const element = useRef<HTMLDivElement>(null);
  const handle = useRef<HTMLDivElement>(null);
  const { edge, dragging } = usePlace({ element, handle, path, isRow });
  const key = keyOf(node);
  const focus = (wanted: string | undefined) =>
    wanted &&
    requestAnimationFrame(() =>
      document.querySelector<HTMLElement>(`[data-node="${wanted}"]`)?.focus(),
    );
  const walk = (by: number) => {
    const all = places(doc);
    focus(all[all.findIndex((each) => each.key === key) + by]?.key);
  };
  const shift = (by: 1 | -1) => {
    edit(step(doc, path, by));
    focus(key);
  };
  const takeOut = () => {
    const all = places(doc);
    const at = all.findIndex((each) => each.key === key);
    edit(remove(doc, path));
    select(null);
    focus((all[at - 1] ?? all[at + 1])?.key);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== element.current) return;
    if (event.key === "ArrowDown" && event.altKey) shift(1);
    else if (event.key === "ArrowUp" && event.altKey) shift(-1);
    else if (event.key === "ArrowDown") walk(1);
    else if (event.key === "ArrowUp") walk(-1);
    else if (event.key === "Enter") select(key);
    else if (event.key === "Delete" || event.key === "Backspace") takeOut();
    else if (event.key === "d" && (event.ctrlKey || event.metaKey)) edit(duplicate(doc, path));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const buttons = [
    { icon: IconArrowUp, text: t("templates.up"), run: () => shift(-1) },
    { icon: IconArrowDown, text: t("templates.down"), run: () => shift(1) },
    { icon: IconCopy, text: t("templates.duplicate"), run: () => edit(duplicate(doc, path)) },
    { icon: IconTrash, text: t("templates.remove"), run: takeOut },
  ];
  return (
    // It holds editors and buttons of its own, so it is no button: a group that keys walk and move.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      ref={element}
      className={isRow ? classes.row : classes.block}
      role="group"
      tabIndex={0}
      aria-label={name(node)}
      data-node={key}
      data-selected={selected === key}
      data-edge={edge ?? undefined}
      data-dragging={dragging}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        event.stopPropagation();
        if (selected !== key) select(key);
      }}
    >
      <div ref={handle} className={classes.handle} aria-hidden title={t("templates.drag")}>
        <IconGripVertical size={14} />
      </div>
      {selected === key && (
        <div className={classes.buttons} role="toolbar" aria-label={name(node)}>
          {buttons.map((each) => (
            <ActionIcon
              key={each.text}
              variant="default"
              size={26}
              aria-label={each.text}
              title={each.text}
              onClick={(event) => {
                event.stopPropagation();
                each.run();
              }}
            >
              <each.icon size={14} />
            </ActionIcon>
          ))}
        </div>
      )}
      <Conditions node={node} />
      {children}
    </div>
  );
}

/** That a block is not always there, or there several times. */
function Conditions({ node }: { node: Node }) {
  const { t } = useTranslation();
  const repeat = node.repeat as { in?: unknown } | undefined;
  if (typeof node.showIf !== "string" && repeat === undefined) return null;
  return (
    <div className={classes.conditions}>
      {typeof node.showIf === "string" && (
        <span>{t("templates.shownIf", { condition: node.showIf })}</span>
      )}
      {repeat && <span>{t("templates.repeated", { list: String(repeat.in ?? "") })}</span>}
    </div>
  );
}
