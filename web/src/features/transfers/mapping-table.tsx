import { Select, Table, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { WideTable } from "@/components/wide-table";
import type { ColumnMapping, Preview } from "./queries";
import classes from "./transfers.module.css";

const ofContacts = ["ignore", "userId", "anonymousId", "email", "attribute", "attributes"] as const;
const ofEvents = [
  "ignore",
  "userId",
  "anonymousId",
  "event",
  "time",
  "property",
  "properties",
] as const;
const types = ["text", "number", "boolean", "date", "list", "json"] as const;
const dates = ["iso", "day/month/year", "month/day/year", "unix"] as const;
const samplesShown = 3;

interface Props {
  preview: Preview;
  columns: ColumnMapping[];
  change: (columns: ColumnMapping[]) => void;
}

/** Each column with its first values, and what it is taken for. */
export function MappingTable({ preview, columns, change }: Props) {
  const { t } = useTranslation();
  const kinds = preview.mapping.subject === "events" ? ofEvents : ofContacts;
  const set = (index: number, part: Partial<ColumnMapping>) =>
    change(columns.map((each, at) => (at === index ? { ...each, ...part } : each)));
  const samples = (header: string) => {
    const place = preview.headers.indexOf(header);
    return preview.rows
      .map((row) => row.cells[place] ?? "")
      .filter((cell) => cell !== "")
      .slice(0, samplesShown)
      .join(" · ");
  };
  return (
    <WideTable label={t("transfers.mapping")} minWidth={720} verticalSpacing={4}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("transfers.column")}</Table.Th>
          <Table.Th>{t("transfers.samples")}</Table.Th>
          <Table.Th>{t("transfers.is")}</Table.Th>
          <Table.Th>{t("transfers.named")}</Table.Th>
          <Table.Th>{t("transfers.type")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {columns.map((column, index) => {
          const named = column.as === "attribute" || column.as === "property";
          return (
            <Table.Tr key={column.column}>
              <Table.Td>
                <strong>{column.column}</strong>
              </Table.Td>
              <Table.Td className={classes.samples}>{samples(column.column)}</Table.Td>
              <Table.Td>
                <Select
                  size="xs"
                  aria-label={t("transfers.isOf", { column: column.column })}
                  data={kinds.map((value) => ({ value, label: t(`transfers.as.${value}`) }))}
                  value={column.as}
                  onChange={(as) =>
                    set(index, { as: kinds.find((each) => each === as) ?? "ignore" })
                  }
                  allowDeselect={false}
                />
              </Table.Td>
              <Table.Td>
                {named && (
                  <TextInput
                    aria-label={t("transfers.namedOf", { column: column.column })}
                    placeholder={column.column}
                    value={column.name ?? ""}
                    onChange={(event) =>
                      set(index, { name: event.currentTarget.value || undefined })
                    }
                  />
                )}
              </Table.Td>
              <Table.Td>
                {named && <TypeSelect column={column} set={(part) => set(index, part)} />}
              </Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </WideTable>
  );
}

function TypeSelect(props: { column: ColumnMapping; set: (part: Partial<ColumnMapping>) => void }) {
  const { t } = useTranslation();
  const { column, set } = props;
  const value = column.type === "date" ? `date ${column.date ?? "iso"}` : (column.type ?? "text");
  const data = types.flatMap((type) =>
    type === "date"
      ? dates.map((date) => ({
          value: `date ${date}`,
          label: t("transfers.dates", { format: date }),
        }))
      : [{ value: type as string, label: t(`transfers.types.${type}`) }],
  );
  return (
    <Select
      size="xs"
      aria-label={t("transfers.typeOf", { column: column.column })}
      data={data}
      value={value}
      onChange={(next) => {
        const [type, date] = (next ?? "text").split(" ");
        set({
          type: types.find((each) => each === type) ?? "text",
          ...(date ? { date: dates.find((each) => each === date) } : {}),
        });
      }}
      allowDeselect={false}
    />
  );
}
