import { Button, Group } from "@mantine/core";
import { IconFilterOff, IconFlask, IconRoute } from "@tabler/icons-react";
import { useQueries, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { testStates } from "@/app/filters";
import { CardList } from "@/components/card-list";
import { Chip, Chips } from "@/components/chip";
import { useNumber } from "@/components/number";
import { Page, Panel } from "@/components/page";
import { SearchBox } from "@/components/search-box";
import { Empty, Failure, RowsSkeleton } from "@/components/states";
import { Status } from "@/components/status";
import { fits, nameOf, stateOf, type Test, testsOf, totalPeople } from "./experiments";
import { allJourneysQuery, journeyQuery } from "./queries";
import { useSentence } from "./sentence";

export function TestsPage() {
  const { t } = useTranslation();
  const filter = useSearch({ from: "/app/tests" });
  const navigate = useNavigate();
  const found = useTests();
  const shown = found.tests.filter(
    (test) =>
      fits(test, filter.q) &&
      (filter.state === undefined || stateOf(test.experiment) === filter.state),
  );
  const change = (part: Partial<typeof filter>) =>
    void navigate({ to: "/tests", search: { ...filter, ...part }, replace: true });
  return (
    <Page
      title={t("nav.tests")}
      meta={
        <span role="status">
          {found.reading
            ? t("tests.reading", { done: found.done, of: found.of })
            : !found.error && t("tests.count", { count: found.tests.length })}
        </span>
      }
    >
      {(found.tests.length > 0 || filter.q !== undefined || filter.state !== undefined) && (
        <Group gap={8} mb={12}>
          <SearchBox
            label={t("tests.search")}
            placeholder={t("tests.searchExample")}
            value={filter.q}
            onChange={(q) => change({ q })}
          />
          <Chips label={t("tests.filter")}>
            <Chip pressed={!filter.state} onClick={() => change({ state: undefined })}>
              {t("tests.all")}
            </Chip>
            {testStates.map((state) => (
              <Chip
                key={state}
                pressed={filter.state === state}
                onClick={() => change({ state: filter.state === state ? undefined : state })}
              >
                {t(`status.${state}`)}
              </Chip>
            ))}
          </Chips>
        </Group>
      )}
      {shown.length > 0 ? (
        <TestCards tests={shown} />
      ) : (
        <Panel>
          {found.error ? (
            <Failure error={found.error} retry={found.retry} />
          ) : found.reading ? (
            <RowsSkeleton />
          ) : found.tests.length > 0 ? (
            <Empty
              icon={IconFilterOff}
              title={t("tests.noMatch")}
              text={t("tests.noMatchText")}
              action={
                <Button variant="light" onClick={() => change({ q: undefined, state: undefined })}>
                  {t("action.clearFilters")}
                </Button>
              }
            />
          ) : (
            <Empty
              icon={IconFlask}
              title={t("tests.empty")}
              text={t("tests.emptyText")}
              action={
                <Button component={Link} to="/journeys" leftSection={<IconRoute size={15} />}>
                  {t("tests.emptyAction")}
                </Button>
              }
            />
          )}
        </Panel>
      )}
    </Page>
  );
}

function TestCards({ tests }: { tests: Test[] }) {
  const { t } = useTranslation();
  const number = useNumber();
  const sentence = useSentence();
  return (
    <CardList
      cards={tests.map((test) => ({
        key: `${test.journey.key}/${test.step.id}`,
        href: `/tests/${encodeURIComponent(test.journey.key)}/${encodeURIComponent(test.step.id)}`,
        name: t("tests.inJourney", { name: nameOf(test), journey: test.journey.name }),
        status: <Status state={stateOf(test.experiment)} />,
        text: sentence(test),
        numbers: [
          { label: t("tests.variants"), value: number(test.arms.length) },
          { label: t("tests.people"), value: number(totalPeople(test)) },
        ],
      }))}
    />
  );
}

/** The tests of all journeys, as they are found. */
function useTests() {
  const journeys = useQuery(allJourneysQuery);
  const keys = journeys.data?.map((journey) => journey.key) ?? [];
  const each = useQueries({ queries: keys.map((key) => journeyQuery(key)) });
  const done = each.filter((query) => !query.isPending).length;
  const tests = each.flatMap((query) => (query.data ? testsOf(query.data) : []));
  // One journey that cannot be read hides no other's tests.
  const failed = each.find((query) => query.error && !query.data)?.error;
  return {
    tests,
    done,
    of: keys.length,
    reading: journeys.isPending || done < each.length,
    error: journeys.error ?? (tests.length === 0 ? failed : undefined),
    retry: () => {
      void journeys.refetch();
      for (const query of each) if (query.error) void query.refetch();
    },
  };
}
