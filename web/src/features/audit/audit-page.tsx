import { Button, Group } from "@mantine/core";
import { IconFilterOff, IconListDetails } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, type Schemas, unwrap } from "@/api/client";
import { usePaged } from "@/api/paged";
import { auditActions } from "@/app/filters";
import { Chip, Chips } from "@/components/chip";
import { type Column, DataTable } from "@/components/data-table";
import { Page } from "@/components/page";
import { SearchBox } from "@/components/search-box";
import { Empty } from "@/components/states";
import { Time } from "@/components/time/time";

type Line = Schemas["AuditLine"];

/** Who changed what, newest first; the server chains the lines, and nobody edits them. */
export function AuditPage() {
  const { t } = useTranslation();
  const filter = useSearch({ from: "/app/settings/audit" });
  const navigate = useNavigate();
  const list = usePaged(["audit", filter], (cursor) =>
    unwrap(api.GET("/audit", { params: { query: { ...filter, limit: 100, cursor } } })),
  );
  const change = (part: Partial<typeof filter>) =>
    void navigate({ to: "/settings/audit", search: { ...filter, ...part }, replace: true });
  const filtered = Object.values(filter).some((value) => value !== undefined);
  return (
    <Page fill title={t("nav.audit")} parent={{ to: "/settings", title: t("nav.settings") }}>
      <Group gap={8} mb={12}>
        <SearchBox
          label={t("audit.actor")}
          placeholder={t("audit.actorExample")}
          value={filter.actor}
          onChange={(actor) => change({ actor })}
        />
        <SearchBox
          label={t("audit.object")}
          placeholder={t("audit.objectExample")}
          value={filter.object}
          onChange={(object) => change({ object })}
        />
        <Chips label={t("audit.kinds")}>
          {auditActions.map((action) => (
            <Chip
              key={action}
              pressed={filter.action === action}
              onClick={() => change({ action: filter.action === action ? undefined : action })}
            >
              {t(`audit.kind.${action}`)}
            </Chip>
          ))}
        </Chips>
      </Group>
      <DataTable
        label={t("nav.audit")}
        columns={useColumns()}
        list={list}
        rowKey={(line) => String(line.sequence)}
        empty={
          filtered ? (
            <Empty
              icon={IconFilterOff}
              title={t("audit.noMatch")}
              text={t("audit.noMatchText")}
              action={
                <Button
                  variant="light"
                  onClick={() => change({ actor: undefined, action: undefined, object: undefined })}
                >
                  {t("action.clearFilters")}
                </Button>
              }
            />
          ) : (
            <Empty icon={IconListDetails} title={t("audit.empty")} text={t("audit.emptyText")} />
          )
        }
      />
    </Page>
  );
}

/** `role: viewer → editor` */
function inWords({ field, before, after }: Line["changes"][number]): string {
  const values = [before, after].filter((value) => value !== null).join(" → ");
  return `${field}: ${values}`;
}

function useColumns(): Column<Line>[] {
  const { t } = useTranslation();
  return [
    {
      key: "actor",
      title: t("audit.actor"),
      width: "minmax(0, 1.1fr)",
      strong: true,
      cell: (line) => line.actor,
    },
    {
      key: "action",
      title: t("audit.action"),
      width: "minmax(0, 1fr)",
      // `user.second_factor_on`, as words.
      cell: (line) => line.action.replaceAll(/[._]/g, " "),
    },
    {
      key: "object",
      title: t("audit.object"),
      width: "minmax(0, 1.4fr)",
      cell: (line) => line.object,
    },
    {
      key: "detail",
      title: t("audit.detail"),
      width: "minmax(0, 1.2fr)",
      wide: true,
      cell: (line) => line.changes.map(inWords).join(", ") || line.detail,
    },
    {
      key: "client",
      title: t("audit.client"),
      width: "130px",
      wide: true,
      cell: (line) => line.client,
    },
    {
      key: "at",
      title: t("audit.at"),
      width: "110px",
      end: true,
      cell: (line) => <Time at={line.at} />,
    },
  ];
}
