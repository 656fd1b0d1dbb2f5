import { Select, Skeleton, Text } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { usePaged } from "@/api/paged";
import { useContactColumns } from "@/components/contact-columns";
import { type Column, DataTable } from "@/components/data-table";
import { useNumber } from "@/components/number";
import { Page, Panel } from "@/components/page";
import { Properties } from "@/components/properties";
import { Empty, Failure } from "@/components/states";
import { Time } from "@/components/time/time";
import { Building } from "./building";
import classes from "./companies.module.css";
import { valueOf } from "./order";
import { type Company, type CompanyContact, companyQuery, fetchCompanyContacts } from "./queries";

const bySeen = "seen";

export function CompanyPage() {
  const { t } = useTranslation();
  const number = useNumber();
  const { id } = useParams({ from: "/app/companies/$id" });
  const { data: company, error, refetch } = useQuery(companyQuery(id));
  const parent = { to: "/companies", title: t("nav.companies") };
  if (error && !company) {
    return (
      <Page title={id} parent={parent}>
        <Panel>
          <Failure error={error} retry={() => void refetch()} />
        </Panel>
      </Page>
    );
  }
  return (
    <Page
      fill
      title={company?.name ?? id}
      parent={parent}
      meta={
        company && (
          <span className="num">
            {t("contacts.count", { count: company.contacts, number: number(company.contacts) })}
            {" · "}
            {t("companies.seen")} <Time at={company.lastSeenAt} />
          </span>
        )
      }
    >
      <div className={classes.columns}>
        <div className={classes.side}>
          {company ? (
            <About company={company} />
          ) : (
            <div role="status" aria-label={t("state.loading")}>
              <Skeleton height={260} radius="lg" />
            </div>
          )}
        </div>
        <Contacts id={id} />
      </div>
    </Page>
  );
}

function About({ company }: { company: Company }) {
  const { t } = useTranslation();
  const number = useNumber();
  return (
    <>
      <Building scores={company.scores} />
      <Panel title={t("companies.about")}>
        <dl className={classes.facts}>
          <dt>{t("companies.id")}</dt>
          <dd>
            <code>{company.id}</code>
          </dd>
          <dt>{t("contacts.firstSeen")}</dt>
          <dd>
            <Time at={company.firstSeenAt} />
          </dd>
        </dl>
      </Panel>
      {company.scores.length > 0 && (
        <Panel title={t("companies.scores")}>
          <table className={classes.scores}>
            <thead>
              <tr>
                <th scope="col">{t("companies.score")}</th>
                <th scope="col">{t("companies.measures.sum")}</th>
                <th scope="col">{t("companies.measures.average")}</th>
                <th scope="col">{t("companies.measures.highest")}</th>
              </tr>
            </thead>
            <tbody>
              {company.scores.map((score) => (
                <tr key={score.key}>
                  <th scope="row">{score.name}</th>
                  <td className="num">{number(valueOf(company, score.key, "sum"))}</td>
                  <td className="num">{number(valueOf(company, score.key, "average"))}</td>
                  <td className="num">{number(valueOf(company, score.key, "highest"))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Panel>
      )}
      <Panel title={t("companies.traits")}>
        {Object.keys(company.traits).length === 0 ? (
          <Text size="sm" c="dimmed">
            {t("companies.noTraits")}
          </Text>
        ) : (
          <Properties values={company.traits} />
        )}
      </Panel>
    </>
  );
}

function Contacts({ id }: { id: string }) {
  const { t } = useTranslation();
  const number = useNumber();
  const navigate = useNavigate();
  const { score } = useSearch({ from: "/app/companies/$id" });
  const list = usePaged(
    ["companies", "contacts", id, score],
    (cursor) => fetchCompanyContacts(id, score, cursor),
    { refetchInterval: 15_000 },
  );
  const scores = list.first?.scores ?? [];
  const shown = scores.find((each) => each.key === score) ?? scores[0];
  const contact = useContactColumns().filter((each) => !["firstSeen", "userId"].includes(each.key));
  const columns = contact.map((each): Column<CompanyContact> => ({
    ...each,
    cell: (row) => each.cell(row.contact),
  }));
  if (shown) {
    columns.splice(-1, 0, {
      key: "score",
      title: shown.name,
      width: "90px",
      end: true,
      cell: (row) => number(row.values.find((value) => value.score === shown.key)?.value ?? 0),
    });
  }
  return (
    <div className={classes.list}>
      {scores.length > 0 && (
        <Select
          size="xs"
          mb={8}
          aria-label={t("companies.contactsSort")}
          allowDeselect={false}
          data={[
            { value: bySeen, label: t("companies.contactsBySeen") },
            ...[...scores]
              .sort((one, other) => one.name.localeCompare(other.name))
              .map((each) => ({
                value: `score/${each.key}`,
                label: t("companies.sortScore", { name: each.name }),
              })),
          ]}
          value={score === undefined ? bySeen : `score/${score}`}
          onChange={(next) =>
            void navigate({
              to: "/companies/$id",
              params: { id },
              search: { score: next && next !== bySeen ? next.slice("score/".length) : undefined },
              replace: true,
            })
          }
          w={{ base: "100%", sm: 240 }}
        />
      )}
      <DataTable
        label={t("companies.people")}
        columns={columns}
        list={list}
        rowKey={(row) => row.contact.id}
        open={(row) => void navigate({ to: "/contacts/$id", params: { id: row.contact.id } })}
        empty={
          <Empty icon={IconUsers} title={t("companies.nobody")} text={t("companies.nobodyText")} />
        }
      />
    </div>
  );
}
