import { ActionIcon, Button, Select, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "../editor.module.css";
import { isNode, listOf, type Node, textOf } from "../model/definition";
import { plainFromText, toText } from "./as-text";
import { DataField } from "./data-field";
import type { FieldProps } from "./field";

const operators = [
  "is",
  "is_not",
  "contains",
  "not_contains",
  "starts_with",
  "ends_with",
  "greater",
  "at_least",
  "less",
  "at_most",
  "exists",
  "missing",
] as const;
type Operator = (typeof operators)[number];

const operatorOf = (row: Node): Operator | undefined =>
  operators.find((operator) => operator in row);
const takesValue = (operator: Operator) => operator !== "exists" && operator !== "missing";

/** Rows that this form shows; all others are edited as text. */
function isPlain(value: unknown): boolean {
  return (
    value === undefined ||
    (Array.isArray(value) &&
      value.every((row) => {
        const operator = isNode(row) ? operatorOf(row) : undefined;
        return (
          operator !== undefined &&
          Object.keys(row as Node).length === 2 &&
          typeof (row as Node).property === "string" &&
          typeof (row as Node)[operator] !== "object"
        );
      }))
  );
}

/** What the properties of an event must be. */
export function WhereField(props: FieldProps) {
  const { t } = useTranslation();
  const { label, value, onChange } = props;
  if (!isPlain(value)) return <DataField {...props} />;
  const rows = listOf(value).filter(isNode);
  const change = (next: readonly Node[]) => onChange(next.length === 0 ? undefined : next);
  return (
    <fieldset className={classes.pairs}>
      <legend>{label}</legend>
      {rows.map((row, index) => {
        const operator = operatorOf(row) ?? "is";
        const set = (next: Node) => change(rows.with(index, next));
        return (
          <div key={index} className={classes.where}>
            <TextInput
              size="xs"
              aria-label={t("editor.property", { number: index + 1 })}
              placeholder={t("editor.propertyShort")}
              value={textOf(row.property)}
              onChange={(event) => set({ ...row, property: event.currentTarget.value })}
            />
            <Select
              size="xs"
              aria-label={t("editor.operator", { number: index + 1 })}
              allowDeselect={false}
              data={operators.map((each) => ({
                value: each,
                label: t(`editor.operators.${each}`),
              }))}
              value={operator}
              onChange={(next) => {
                const chosen = operators.find((each) => each === next) ?? "is";
                const kept = takesValue(operator) ? row[operator] : "";
                set({ property: row.property, [chosen]: takesValue(chosen) ? kept : true });
              }}
            />
            {takesValue(operator) && (
              <TextInput
                size="xs"
                aria-label={t("editor.pairValue", { number: index + 1 })}
                placeholder={t("editor.value")}
                value={toText(row[operator])}
                onChange={(event) =>
                  set({ ...row, [operator]: plainFromText(event.currentTarget.value) })
                }
              />
            )}
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t("editor.removePair", { number: index + 1 })}
              onClick={() => change(rows.filter((_, at) => at !== index))}
            >
              <IconTrash size={14} />
            </ActionIcon>
          </div>
        );
      })}
      <Button
        size="compact-xs"
        variant="default"
        leftSection={<IconPlus size={13} />}
        onClick={() => change([...rows, { property: "", is: "" }])}
      >
        {t("editor.addPair")}
      </Button>
    </fieldset>
  );
}
