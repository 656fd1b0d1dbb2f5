import { Table } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  label: string;
  /** In pixels; where there is less room the table scrolls, also by keyboard. */
  minWidth: number;
  verticalSpacing?: number;
  children: ReactNode;
}

export function WideTable({ label, minWidth, verticalSpacing, children }: Props) {
  return (
    <Table.ScrollContainer
      minWidth={minWidth}
      type="native"
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      <Table horizontalSpacing={8} verticalSpacing={verticalSpacing}>
        {children}
      </Table>
    </Table.ScrollContainer>
  );
}
