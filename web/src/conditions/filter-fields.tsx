import { useTranslation } from "react-i18next";
import { PlainChoice } from "./choice";
import classes from "./conditions.module.css";
import { DateField } from "./date-field";
import { NumberField } from "./number-field";
import {
  type Filter,
  type Operator,
  operandFor,
  operatorGroups,
  operators,
  parseValue,
  trueOfMissing,
  valueText,
} from "./operators";
import { SpanField } from "./span-field";
import { TextField } from "./text-field";
import { ValueList } from "./value-list";

interface Props {
  filter: Filter;
  onChange: (filter: Filter) => void;
  pathLabel: string;
  paths: readonly string[];
  /** What is known of the values of the path. */
  types: readonly string[];
  values: readonly string[];
}

/** One comparison of one value: `plan is pro`. */
export function FilterFields({ filter, onChange, pathLabel, paths, types, values }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <TextField
        label={pathLabel}
        value={filter.path}
        onChange={(path) => onChange({ ...filter, path })}
        suggestions={paths}
        size={12}
      />
      <PlainChoice
        label={t("conditions.operator")}
        value={filter.operator}
        onChange={(next) => {
          const operator = next as Operator;
          onChange({ ...filter, operator, operand: operandFor(operator, filter.operand) });
        }}
      >
        {operatorGroups.map((group) => (
          <optgroup key={group.name} label={t(`conditions.operatorGroups.${group.name}`)}>
            {group.operators.map((operator) => (
              <option key={operator} value={operator}>
                {t(`conditions.operators.${operator}`)}
              </option>
            ))}
          </optgroup>
        ))}
      </PlainChoice>
      <Operand filter={filter} onChange={onChange} types={types} values={values} />
      {trueOfMissing.includes(filter.operator) && filter.path !== "" && (
        <span className={classes.hint}>{t("conditions.trueOfMissing", { name: filter.path })}</span>
      )}
    </>
  );
}

type OperandProps = Pick<Props, "filter" | "onChange" | "types" | "values">;

function Operand({ filter, onChange, types, values }: OperandProps) {
  const { t } = useTranslation();
  const label = t("conditions.value");
  const set = (operand: unknown) => onChange({ ...filter, operand });
  const pair = Array.isArray(filter.operand) ? filter.operand : [];
  switch (operators[filter.operator]) {
    case "none":
      return null;
    case "value":
      return (
        <TextField
          label={label}
          value={valueText(filter.operand)}
          onChange={(next) => set(parseValue(next, types))}
          suggestions={values}
        />
      );
    case "pattern":
      return <TextField label={label} value={valueText(filter.operand)} onChange={set} />;
    case "list":
      return (
        <ValueList label={label} values={pair} onChange={set} types={types} suggestions={values} />
      );
    case "pair":
      return (
        <>
          <NumberField
            label={t("conditions.from")}
            value={pair[0]}
            onChange={(from) => set([from, pair[1] ?? 0])}
          />
          {t("conditions.and")}
          <NumberField
            label={t("conditions.to")}
            value={pair[1]}
            onChange={(to) => set([pair[0] ?? 0, to])}
          />
        </>
      );
    case "date":
      return <DateField label={label} value={filter.operand} onChange={set} />;
    case "span":
      return <SpanField label={label} value={filter.operand} onChange={set} />;
  }
}
