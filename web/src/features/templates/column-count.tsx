import { SegmentedControl, Switch, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type Column, columnsMax, type Node, withColumns } from "./document";
import type { Set } from "./inspector";

/** How many columns stand side by side, and whether they do on telephones. */
export function ColumnCount({ holder, set }: { holder: Node; set: Set }) {
  const { t } = useTranslation();
  const cols = (Array.isArray(holder.cols) ? holder.cols : []) as Column[];
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
          value={String(cols.length)}
          onChange={(count) => set({ cols: withColumns({ cols }, Number(count)) })}
          data={Array.from({ length: columnsMax }, (_, index) => String(index + 1))}
        />
      </div>
      <Switch
        size="xs"
        label={t("templates.stack")}
        checked={holder.stack !== false}
        onChange={(event) => set({ stack: event.currentTarget.checked ? undefined : false })}
      />
    </>
  );
}
