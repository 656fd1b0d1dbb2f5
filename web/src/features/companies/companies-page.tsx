import { Button, Group, SegmentedControl, Select } from "@mantine/core";
import { IconBuilding, IconFilterOff } from "@tabler/icons-react";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { usePaged } from "@/api/paged";
import { companyMeasures } from "@/app/filters";
import { type Column, DataTable } from "@/components/data-table";
import { useNumber } from "@/components/number";
import { Page } from "@/components/page";
import { SearchBox } from "@/components/search-box";
import { Empty } from "@/components/states";
import { Time } from "@/components/time/time";
import { Building } from "./building";
import { filterOf, orderOf, scoresShown, valueOf } from "./order";
import { type CompanySummary, fetchCompanies, type ShownScore } from "./queries";

const refreshDelay = 30_000;
const scoresMax = 3;

export function CompaniesPage() {
  const { t } = useTranslation();
  const number = useNumber();
  const filter = useSearch({ from: "/app/companies" });
  const navigate = useNavigate();
  const list = usePaged(["companies", "list", filter], (cursor) => fetchCompanies(filter, cursor), {
    refetchInterval: refreshDelay,
  });
  const scores = list.first?.scores ?? [];
  const columns = useColumns(scoresShown(scores, filter.score, scoresMax), filter);
  const total = list.first?.total;
  const change = (part: Partial<typeof filter>) =>
    void navigate({ to: "/companies", search: { ...filter, ...part }, replace: true });
  return (
    <Page
      fill
      title={t("nav.companies")}
      meta={
        total !== undefined && (
          <span className="num" role="status">
            {t("companies.count", { count: total, number: number(total) })}
          </span>
        )
      }
    >
      <Group gap={8} mb={12}>
        <SearchBox
          label={t("companies.search")}
          placeholder={t("companies.searchExample")}
          value={filter.q}
          onChange={(q) => change({ q })}
        />
        <Select
          size="xs"
          aria-label={t("companies.sort")}
          allowDeselect={false}
          data={[
            { value: "contacts", label: t("companies.sortContacts") },
            { value: "name", label: t("companies.sortName") },
            ...scoresShown(scores, undefined, scores.length).map((score) => ({
              value: `score/${score.key}`,
              label: t("companies.sortScore", { name: score.name }),
            })),
          ]}
          value={orderOf(filter)}
          onChange={(order) => change(filterOf(order ?? "contacts", filter.measure))}
          w={{ base: "100%", sm: 240 }}
        />
        {scores.length > 0 && (
          <SegmentedControl
            size="xs"
            aria-label={t("companies.measure")}
            value={filter.measure ?? "sum"}
            onChange={(measure) =>
              change({ measure: companyMeasures.find((each) => each === measure) })
            }
            data={companyMeasures.map((measure) => ({
              value: measure,
              label: t(`companies.measures.${measure}`),
            }))}
          />
        )}
      </Group>
      <Building scores={scores} />
      <DataTable
        label={t("nav.companies")}
        columns={columns}
        list={list}
        rowKey={(company) => company.id}
        open={(company) => void navigate({ to: "/companies/$id", params: { id: company.id } })}
        empty={
          filter.q !== undefined ? (
            <Empty
              icon={IconFilterOff}
              title={t("companies.noMatch")}
              text={t("companies.noMatchText")}
              action={
                <Button variant="light" onClick={() => change({ q: undefined })}>
                  {t("action.clearSearch")}
                </Button>
              }
            />
          ) : (
            <Empty
              icon={IconBuilding}
              title={t("companies.empty")}
              text={t("companies.emptyText")}
              action={
                <Button component={Link} to="/settings">
                  {t("companies.emptyAction")}
                </Button>
              }
            />
          )
        }
      />
    </Page>
  );
}

function useColumns(
  scores: ShownScore[],
  filter: { score?: string; measure?: "sum" | "average" | "highest" },
): Column<CompanySummary>[] {
  const { t } = useTranslation();
  const number = useNumber();
  const measure = filter.measure ?? "sum";
  return [
    {
      key: "name",
      title: t("companies.name"),
      width: "minmax(0, 1.6fr)",
      strong: true,
      cell: (company) => (
        <Link to="/companies/$id" params={{ id: company.id }} title={company.name ?? company.id}>
          {company.name ?? company.id}
        </Link>
      ),
    },
    {
      key: "contacts",
      title: t("companies.contacts"),
      width: "90px",
      end: true,
      cell: (company) => number(company.contacts),
    },
    ...scores.map((score, index): Column<CompanySummary> => ({
      key: `score/${score.key}`,
      title: score.name,
      width: "minmax(70px, 120px)",
      end: true,
      // Where there is little room only the one that the list is sorted by is left.
      wide: index > 0 || filter.score !== score.key,
      cell: (company) => number(valueOf(company, score.key, measure)),
    })),
    {
      key: "firstSeen",
      title: t("contacts.firstSeen"),
      width: "120px",
      wide: true,
      end: true,
      cell: (company) => <Time at={company.firstSeenAt} />,
    },
    {
      key: "lastSeen",
      title: t("contacts.lastSeen"),
      width: "110px",
      end: true,
      wide: filter.score !== undefined,
      cell: (company) => <Time at={company.lastSeenAt} />,
    },
  ];
}
