import { useTranslation } from "react-i18next";
import { useRef } from "react";
import { BlockView } from "./block-view";
import classes from "./composer.module.css";
import { type Column, columnWidths, keyOf, type Path, type Row } from "./document";
import { useEditing } from "./editing";
import { Frame } from "./frame";
import { useEmptyColumn } from "./use-place";

/** The rows of a document as they stand below each other, to be edited in place. */
export function Canvas() {
  const { t } = useTranslation();
  const { doc, select } = useEditing();
  return (
    <div className={classes.canvas} role="group" aria-label={t("templates.canvas")}>
      <div className={classes.sheet}>
        {doc.rows.map((row, index) => (
          <RowView key={keyOf(row)} row={row} path={["rows", index]} />
        ))}
        {doc.rows.length === 0 && <p className={classes.hint}>{t("templates.noRows")}</p>}
      </div>
      <button type="button" className={classes.message} onClick={() => select(null)}>
        {t("templates.message")}
      </button>
    </div>
  );
}

function RowView({ row, path }: { row: Row; path: Path }) {
  return (
    <Frame node={row} path={path} isRow>
      <Columns cols={row.cols} path={[...path, "cols"]} band={row.bg === "page"} />
    </Frame>
  );
}

/** Columns side by side, as wide as they say. */
export function Columns(props: { cols: readonly Column[]; path: Path; band?: boolean }) {
  const { cols, path, band } = props;
  const widths = columnWidths(cols).map((width) => `minmax(0, ${width}fr)`);
  return (
    <div
      className={classes.cols}
      data-band={band}
      style={{ gridTemplateColumns: widths.join(" ") }}
    >
      {cols.map((col, index) => (
        <ColumnView key={index} col={col} list={[...path, index, "blocks"]} />
      ))}
    </div>
  );
}

function ColumnView({ col, list }: { col: Column; list: Path }) {
  const { t } = useTranslation();
  if (col.blocks.length === 0) return <EmptyColumn list={list} text={t("templates.emptyColumn")} />;
  return (
    <div className={classes.col}>
      {col.blocks.map((block, index) => (
        <BlockView key={keyOf(block)} block={block} path={[...list, index]} />
      ))}
    </div>
  );
}

function EmptyColumn({ list, text }: { list: Path; text: string }) {
  const element = useRef<HTMLDivElement>(null);
  const over = useEmptyColumn(element, list);
  return (
    <div ref={element} className={classes.emptyCol} data-over={over}>
      {text}
    </div>
  );
}
