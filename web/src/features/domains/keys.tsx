import { Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Panel } from "@/components/page";
import { Status } from "@/components/status";
import { Time } from "@/components/time/time";
import { WideTable } from "@/components/wide-table";
import classes from "./domains.module.css";
import type { SenderKey } from "./queries";
import { recordNeededUntil } from "./records";

export function Keys({ keys }: { keys: SenderKey[] }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("domains.keys")}>
      <WideTable label={t("domains.keys")} minWidth={420}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("domains.selector")}</Table.Th>
            <Table.Th>{t("domains.algorithm")}</Table.Th>
            <Table.Th>{t("domains.state")}</Table.Th>
            <Table.Th>{t("domains.since")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {keys.map((key) => (
            <Table.Tr key={key.selector}>
              <Table.Td>
                <code>{key.selector}</code>
              </Table.Td>
              <Table.Td>{t(`domains.kind.${key.kind}`)}</Table.Td>
              <Table.Td>
                <Status state={key.state} />
              </Table.Td>
              <Table.Td>
                <Time at={key.since} />
                {key.state === "retired" && (
                  <div className={classes.dim}>
                    {t("domains.keepUntil")} <Time at={recordNeededUntil(key)} />
                  </div>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
    </Panel>
  );
}
