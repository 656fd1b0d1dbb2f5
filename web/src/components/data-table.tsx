import { useHotkeys, useMediaQuery } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useRef,
  useState,
} from "react";
import { useTranslation } from "react-i18next";
import type { Paged } from "@/api/paged";
import classes from "./data-table.module.css";
import { Failure, RowsSkeleton } from "./states";

export interface Column<T> {
  key: string;
  title: string;
  /** A grid track: "1fr", "120px", "minmax(160px, 2fr)". */
  width: string;
  cell: (row: T) => ReactNode;
  /** The column that names the row. */
  strong?: boolean;
  end?: boolean;
  /** Left out where there is little room. */
  wide?: boolean;
}

/** Rows that are chosen for something to be done with them. */
export interface Selection<T> {
  has: (row: T) => boolean;
  toggle: (row: T) => void;
  /** Of the rows that have been read. */
  all: boolean;
  toggleAll: () => void;
  label: (row: T) => string;
}

interface Props<T> {
  label: string;
  columns: Column<T>[];
  list: Paged<T>;
  rowKey: (row: T) => string;
  open?: (row: T) => void;
  selection?: Selection<T>;
  empty: ReactNode;
}

const rowHeight = 36;
const touchRowHeight = 44;
const overscan = 12;

const checkWidth = "20px";

/** A long list: only what is seen is drawn, more is read near its end, j and k walk, x chooses, Enter opens. */
export function DataTable<T>({ label, columns, list, rowKey, open, selection, empty }: Props<T>) {
  const { t } = useTranslation();
  const { query, rows } = list;
  const narrow = useMediaQuery("(max-width: 48em)") ?? false;
  const shown = columns.filter((column) => !narrow || !column.wide);
  const height = narrow ? touchRowHeight : rowHeight;

  const scroll = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => height,
    overscan,
  });
  useEffect(() => virtual.measure(), [virtual, height]);

  const items = virtual.getVirtualItems();
  const last = items[items.length - 1]?.index ?? 0;
  const nearEnd = last >= rows.length - overscan;
  useEffect(() => {
    if (nearEnd && query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
  }, [nearEnd, query]);

  const focusRow = (index: number) => {
    const target = Math.min(Math.max(index, 0), rows.length - 1);
    if (target < 0) return;
    setActive(target);
    virtual.scrollToIndex(target);
    requestAnimationFrame(() => {
      scroll.current?.querySelector<HTMLElement>(`[data-index="${target}"]`)?.focus();
    });
  };
  // The first press shows where the reader is, the next ones walk.
  const walked = useRef(false);
  const walk = (by: number) => {
    focusRow(walked.current ? active + by : active);
    walked.current = true;
  };
  useHotkeys([
    ["j", () => walk(1)],
    ["k", () => walk(-1)],
    [
      "x",
      () => {
        const row = walked.current ? rows[active] : undefined;
        if (row !== undefined) selection?.toggle(row);
      },
    ],
  ]);
  const onKeyDown = (event: KeyboardEvent, row: T) => {
    if (event.key === "ArrowDown") focusRow(active + 1);
    else if (event.key === "ArrowUp") focusRow(active - 1);
    else if (event.key === "Home") focusRow(0);
    else if (event.key === "End") focusRow(rows.length - 1);
    else if (event.key === "Enter" && event.target === event.currentTarget) open?.(row);
    else return;
    event.preventDefault();
  };

  if (query.error && rows.length === 0) {
    return (
      <div className={classes.table}>
        <Failure error={query.error} retry={() => void query.refetch()} />
      </div>
    );
  }
  if (query.isPending) {
    return (
      <div className={classes.table}>
        <RowsSkeleton rows={12} />
      </div>
    );
  }
  if (rows.length === 0) return <div className={classes.table}>{empty}</div>;

  const style = {
    "--columns": [...(selection ? [checkWidth] : []), ...shown.map((column) => column.width)].join(
      " ",
    ),
    "--row-height": `${height}px`,
  } as CSSProperties;
  return (
    <div
      className={classes.table}
      style={style}
      role="table"
      aria-label={label}
      aria-rowcount={query.hasNextPage ? -1 : rows.length + 1}
    >
      <div role="rowgroup" className={classes.headGroup}>
        <div role="row" className={`${classes.row} ${classes.head}`} aria-rowindex={1}>
          {selection && (
            <div role="columnheader">
              <input
                type="checkbox"
                className={classes.check}
                aria-label={t("table.chooseAll")}
                checked={selection.all}
                onChange={selection.toggleAll}
              />
            </div>
          )}
          {shown.map((column) => (
            <div
              key={column.key}
              role="columnheader"
              className={column.end ? `${classes.cell} ${classes.end}` : classes.cell}
            >
              {column.title}
            </div>
          ))}
        </div>
      </div>
      <div ref={scroll} className={classes.scroll} role="rowgroup">
        <div style={{ height: virtual.getTotalSize(), position: "relative" }} role="presentation">
          {items.map((item) => {
            const row = rows[item.index]!;
            return (
              <div
                key={rowKey(row)}
                role="row"
                aria-rowindex={item.index + 2}
                data-index={item.index}
                tabIndex={item.index === active ? 0 : -1}
                className={`${classes.row} ${classes.body} ${open ? "" : classes.still}`}
                data-chosen={selection?.has(row)}
                style={{ transform: `translateY(${item.start}px)` }}
                onFocus={() => {
                  walked.current = true;
                  setActive(item.index);
                }}
                onKeyDown={(event) => onKeyDown(event, row)}
                onClick={(event) => {
                  if (!(event.target as HTMLElement).closest("a,button,input")) open?.(row);
                }}
              >
                {selection && (
                  <div role="cell">
                    <input
                      type="checkbox"
                      className={classes.check}
                      aria-label={t("table.choose", { what: selection.label(row) })}
                      checked={selection.has(row)}
                      onChange={() => selection.toggle(row)}
                    />
                  </div>
                )}
                {shown.map((column) => (
                  <div
                    key={column.key}
                    role="cell"
                    className={[
                      classes.cell,
                      column.strong && classes.strong,
                      column.end && `${classes.end} num`,
                    ]
                      .filter(Boolean)
                      .join(" ")}
                  >
                    {column.cell(row)}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
      {query.isFetchingNextPage && (
        <div className={classes.foot} role="status">
          {t("state.loadingMore")}
        </div>
      )}
    </div>
  );
}
