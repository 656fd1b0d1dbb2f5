import { Button, Group, Text } from "@mantine/core";
import { IconBan, IconFilterOff, IconPlus } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { usePaged } from "@/api/paged";
import { type Column, DataTable } from "@/components/data-table";
import { Page } from "@/components/page";
import { SearchBox } from "@/components/search-box";
import { Empty } from "@/components/states";
import { Time } from "@/components/time/time";
import { fetchSuppressions, type Suppression } from "./queries";
import { Sections } from "./sections";
import { useAskLift, useAskSuppress } from "./suppress-forms";

/** Addresses that must not be written to; they are kept as hashes, so one is found by its whole. */
export function SuppressionsPage() {
  const { t } = useTranslation();
  const { address } = useSearch({ from: "/app/consent/suppressions" });
  const navigate = useNavigate();
  const askSuppress = useAskSuppress();
  const askLift = useAskLift();
  const list = usePaged(["suppressions", address], (cursor) => fetchSuppressions(address, cursor));
  const change = (next: string | undefined) =>
    void navigate({ to: "/consent/suppressions", search: { address: next }, replace: true });
  return (
    <Page
      fill
      title={t("nav.consent")}
      actions={
        <>
          <Button variant="default" onClick={() => askLift(address ?? "")}>
            {t("consent.lift")}
          </Button>
          <Button leftSection={<IconPlus size={15} />} onClick={askSuppress}>
            {t("consent.suppress")}
          </Button>
        </>
      }
    >
      <Sections />
      <Group gap={8} mb={12}>
        <SearchBox
          label={t("consent.searchAddress")}
          placeholder={t("consent.searchAddressExample")}
          value={address}
          onChange={change}
        />
        <Text size="xs" c="dimmed">
          {t("consent.hashed")}
        </Text>
      </Group>
      <DataTable
        label={t("consent.suppressions")}
        columns={useColumns()}
        list={list}
        rowKey={(entry) => entry.id}
        empty={
          address ? (
            <Empty
              icon={IconFilterOff}
              title={t("consent.notSuppressed", { address })}
              text={t("consent.notSuppressedText")}
              action={
                <Button variant="light" onClick={() => change(undefined)}>
                  {t("action.clearSearch")}
                </Button>
              }
            />
          ) : (
            <Empty
              icon={IconBan}
              title={t("consent.noSuppressions")}
              text={t("consent.noSuppressionsText")}
            />
          )
        }
      />
    </Page>
  );
}

function useColumns(): Column<Suppression>[] {
  const { t } = useTranslation();
  return [
    {
      key: "reason",
      title: t("consent.reason"),
      width: "minmax(0, 1fr)",
      strong: true,
      cell: (entry) => t(`consent.reasons.${entry.reason}`),
    },
    {
      key: "scope",
      title: t("consent.scope"),
      width: "minmax(0, 1fr)",
      cell: (entry) =>
        entry.scope === "topic"
          ? t("consent.scopes.topic", { topic: entry.topic })
          : t(`consent.scopes.${entry.scope}`),
    },
    {
      key: "hash",
      title: t("consent.hash"),
      width: "minmax(0, 1fr)",
      wide: true,
      cell: (entry) => <code title={entry.addressHash}>{entry.addressHash.slice(0, 16)}…</code>,
    },
    {
      key: "actor",
      title: t("consent.actor"),
      width: "minmax(0, 1fr)",
      wide: true,
      cell: (entry) => entry.actor ?? entry.source ?? "",
    },
    {
      key: "at",
      title: t("consent.at"),
      width: "110px",
      end: true,
      cell: (entry) => <Time at={entry.at} />,
    },
  ];
}
