import { Button, SegmentedControl, Skeleton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconHistory, IconPencil } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Allowed } from "@/components/allowed";
import { useNumber } from "@/components/number";
import { Page, Panel } from "@/components/page";
import { MendButton } from "@/components/set-aside";
import { Failure } from "@/components/states";
import { Status } from "@/components/status";
import { Canvas } from "./canvas";
import { JourneyMenu } from "./control/journey-menu";
import classes from "./journey.module.css";
import { Outline } from "./outline";
import { type Journey, journeyQuery } from "./queries";

export function JourneyPage() {
  const { t } = useTranslation();
  const { key } = useParams({ from: "/app/journeys/$key" });
  const search = useSearch({ from: "/app/journeys/$key" });
  const navigate = useNavigate({ from: "/journeys/$key" });
  const narrow = useMediaQuery("(max-width: 48em)");
  const { data: journey, error, refetch } = useQuery(journeyQuery(key));
  const parent = { to: "/journeys", title: t("nav.journeys") };
  if (error && !journey) {
    return (
      <Page title={key} parent={parent}>
        <Panel>
          <Failure
            error={error}
            retry={() => void refetch()}
            action={<MendButton error={error} kind="journey" id={key} />}
          />
        </Panel>
      </Page>
    );
  }
  if (!journey) {
    return (
      <Page title={key} parent={parent}>
        <Skeleton height={480} radius="lg" />
      </Page>
    );
  }
  const view = search.view ?? (narrow ? "outline" : "canvas");
  return (
    <Page
      fill={view === "canvas"}
      title={journey.name}
      parent={parent}
      meta={
        <>
          <Status state={journey.state} /> {t("journeys.version", { version: journey.version })}
        </>
      }
      actions={
        <>
          {journey.state !== "finishing" && (
            <Allowed to="write">
              <Button
                leftSection={<IconPencil size={15} />}
                renderRoot={(props) => (
                  <Link {...props} to="/journeys/$key/edit" params={{ key }} />
                )}
              >
                {t("editor.edit")}
              </Button>
            </Allowed>
          )}
          <Button
            variant="default"
            leftSection={<IconHistory size={15} />}
            renderRoot={(props) => (
              <Link {...props} to="/journeys/$key/backtest" params={{ key }} search={{}} />
            )}
          >
            {t("journeys.backtest")}
          </Button>
          <SegmentedControl
            size="xs"
            aria-label={t("journeys.view")}
            value={view}
            onChange={(next) =>
              void navigate({ search: { view: next as "canvas" | "outline" }, replace: true })
            }
            data={[
              { value: "canvas", label: t("journeys.canvasTab") },
              { value: "outline", label: t("journeys.outlineTab") },
            ]}
          />
          <JourneyMenu journey={journey} />
        </>
      }
    >
      <About journey={journey} />
      {view === "canvas" ? <Canvas journey={journey} /> : <Outline journey={journey} />}
    </Page>
  );
}

const totals = ["entered", "active", "completed", "goal", "exited"] as const;

function About({ journey }: { journey: Journey }) {
  const { t } = useTranslation();
  const number = useNumber();
  const facts = [
    { name: t("journeys.goal"), text: journey.goal?.summary },
    { name: t("journeys.reentry"), text: journey.reentry },
    {
      name: t("journeys.exits"),
      text: journey.exits.map((exit) => exit.summary).join("; ") || undefined,
    },
  ].filter((fact) => fact.text);
  return (
    <div className={classes.about}>
      {facts.map((fact) => (
        <dl key={fact.name} style={{ margin: 0 }}>
          <dt>{fact.name}</dt>
          <dd>{fact.text}</dd>
        </dl>
      ))}
      <div className={classes.totals}>
        {totals.map((total) => (
          <Link
            key={total}
            to="/journeys/$key/contacts"
            params={{ key: journey.key }}
            search={{ step: undefined, state: total === "entered" ? undefined : total }}
          >
            <div className={`${classes.total} num`}>{number(journey.counts[total])}</div>
            <div className={classes.dim}>{t(`journeys.${total}`)}</div>
          </Link>
        ))}
      </div>
    </div>
  );
}
