import { Button, SegmentedControl, Select, Switch, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { EachFields } from "./each-fields";
import type { Node } from "./document";
import type { Set } from "./inspector";
import { aligns } from "./aligns";
import { cellsOf, columnCountOf, emptyRow, widthen } from "./table";
import classes from "./table-fields.module.css";

const columnsMax = 8;
const rowsMax = 100;

/** Rows and cells of a table, its head and foot, and the list for which its rows are repeated. */
export function TableFields({ block, set }: { block: Node; set: Set }) {
  const { t } = useTranslation();
  const columns = columnCountOf(block);
  const rows = (Array.isArray(block.rows) ? block.rows : []) as unknown[];
  const chosenAligns = Array.isArray(block.aligns) ? (block.aligns as unknown[]) : [];
  const setCell = (at: number, column: number, value: string) =>
    set(
      { rows: rows.map((row, index) => (index === at ? withCell(row, column, value) : row)) },
      `rows.${at}.${column}`,
    );
  const setAlign = (column: number, value: string) => {
    const next = Array.from({ length: columns }, (_, index) =>
      index === column ? value : String(chosenAligns[index] ?? "start"),
    );
    set({ aligns: next.every((each) => each === "start") ? undefined : next });
  };
  return (
    <>
      <div>
        <Text size="xs" fw={500} mb={2}>
          {t("templates.columns")}
        </Text>
        <SegmentedControl
          size="xs"
          fullWidth
          aria-label={t("templates.columns")}
          value={String(columns)}
          onChange={(count) => set(widthen(block, Number(count)))}
          data={Array.from({ length: columnsMax }, (_, index) => String(index + 1))}
        />
      </div>
      <div className={classes.aligns}>
        {Array.from({ length: columns }, (_, column) => (
          <Select
            key={column}
            size="xs"
            label={t("templates.table.align", { column: column + 1 })}
            data={aligns.map((value) => ({ value, label: t(`templates.aligns.${value}`) }))}
            value={aligns.find((each) => each === chosenAligns[column]) ?? "start"}
            onChange={(value) => setAlign(column, value ?? "start")}
            allowDeselect={false}
          />
        ))}
      </div>
      <Edge member="header" block={block} set={set} columns={columns} />
      {rows.map((row, at) => (
        <fieldset key={at} className={classes.row}>
          <legend>{t("templates.table.row", { row: at + 1 })}</legend>
          <Cells
            name={t("templates.table.row", { row: at + 1 })}
            row={row}
            columns={columns}
            onChange={(column, value) => setCell(at, column, value)}
          />
          <Button
            variant="subtle"
            color="red"
            leftSection={<IconTrash size={14} />}
            disabled={rows.length === 1}
            onClick={() => set({ rows: rows.filter((_, index) => index !== at) })}
          >
            {t("templates.table.removeRow", { row: at + 1 })}
          </Button>
        </fieldset>
      ))}
      <Button
        variant="default"
        leftSection={<IconPlus size={15} />}
        disabled={rows.length >= rowsMax}
        onClick={() => set({ rows: [...rows, emptyRow(columns)] })}
      >
        {t("templates.table.addRow")}
      </Button>
      <Edge member="footer" block={block} set={set} columns={columns} />
      <EachFields block={block} set={set} optional />
    </>
  );
}

/** The head, which is one row, or the foot, of which the first row is shown here. */
function Edge({
  member,
  block,
  set,
  columns,
}: {
  member: "header" | "footer";
  block: Node;
  set: Set;
  columns: number;
}) {
  const { t } = useTranslation();
  const isHead = member === "header";
  const value = block[member];
  const rows = (isHead ? [value] : Array.isArray(value) ? value : []) as unknown[];
  const put = (next: unknown[] | undefined, what?: string) =>
    set({ [member]: next === undefined ? undefined : isHead ? next[0] : next }, what);
  return (
    <>
      <Switch
        size="xs"
        label={t(`templates.table.${member}`)}
        checked={value !== undefined}
        onChange={(event) =>
          put(event.currentTarget.checked ? [emptyRow(columns)] : undefined, undefined)
        }
      />
      {value !== undefined &&
        rows.map((row, at) => (
          <Cells
            key={at}
            name={t(`templates.table.${member}`)}
            row={row}
            columns={columns}
            onChange={(column, text) =>
              put(
                rows.map((each, index) => (index === at ? withCell(each, column, text) : each)),
                `${member}.${at}.${column}`,
              )
            }
          />
        ))}
    </>
  );
}

interface CellsProps {
  name: string;
  row: unknown;
  columns: number;
  onChange: (column: number, value: string) => void;
}

function Cells({ name, row, columns, onChange }: CellsProps) {
  const { t } = useTranslation();
  const cells = cellsOf(row);
  return (
    <div className={classes.cells}>
      {Array.from({ length: columns }, (_, column) => {
        const cell = cells[column];
        const label = t("templates.table.cell", { row: name, column: column + 1 });
        // Words with variables are nodes, which a field would flatten.
        return typeof cell === "object" && cell !== null ? (
          <TextInput key={column} aria-label={label} value={t("templates.nodes")} disabled />
        ) : (
          <TextInput
            key={column}
            aria-label={label}
            value={String(cell ?? "")}
            onChange={(event) => onChange(column, event.currentTarget.value)}
          />
        );
      })}
    </div>
  );
}

function withCell(row: unknown, column: number, value: string): unknown[] {
  const cells = cellsOf(row);
  return Array.from({ length: Math.max(cells.length, column + 1) }, (_, index) =>
    index === column ? value : (cells[index] ?? ""),
  );
}
