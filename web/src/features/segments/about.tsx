import { Anchor } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import type { Condition } from "@/conditions/model";
import { useWords } from "@/conditions/words";
import { Panel } from "@/components/page";
import { Failure, RowsSkeleton } from "@/components/states";
import { segmentHistoryQuery } from "./queries";
import { SizeChart } from "./size-chart";
import classes from "./segment.module.css";
import { Versions } from "./versions";

/** What a segment means, how it has grown, what goes by it, and what it was before. */
export function About({ segment }: { segment: Schemas["Segment"] }) {
  const { t } = useTranslation();
  const words = useWords();
  const { data: history, error, refetch } = useQuery(segmentHistoryQuery(segment.key));
  return (
    <>
      <Panel title={t("segments.who")}>
        <p className={classes.words}>{words(segment.definition as Condition)}</p>
        <ul className={classes.sentences}>
          <RowView row={segment.rows} />
        </ul>
      </Panel>
      <Panel title={t("segments.history")}>
        {history ? (
          <SizeChart days={history.items} />
        ) : error ? (
          <Failure error={error} retry={() => void refetch()} />
        ) : (
          <RowsSkeleton rows={3} />
        )}
      </Panel>
      <Panel title={t("segments.usedIn")}>
        <UsedIn uses={segment.usedIn ?? []} />
      </Panel>
      <Panel title={t("segments.versions")}>
        <Versions segmentKey={segment.key} />
      </Panel>
    </>
  );
}

function UsedIn({ uses }: { uses: Schemas["DefinitionRef"][] }) {
  const { t } = useTranslation();
  if (uses.length === 0) return <p className={classes.dim}>{t("segments.unused")}</p>;
  return (
    <ul className={classes.used}>
      {uses.map((use) => (
        <li key={`${use.kind}/${use.key}`}>
          <Use use={use} /> <span className={classes.dim}>{t(`definitions.kind.${use.kind}`)}</span>
        </li>
      ))}
    </ul>
  );
}

function Use({ use }: { use: Schemas["DefinitionRef"] }) {
  const params = { key: use.key };
  return (
    <Anchor
      fz="sm"
      renderRoot={(props) => {
        switch (use.kind) {
          case "journey":
            return <Link {...props} to="/journeys/$key" params={params} />;
          case "segment":
            return <Link {...props} to="/segments/$key" params={params} />;
          case "campaign":
            return <Link {...props} to="/campaigns/$key" params={params} />;
          case "score":
            return <Link {...props} to="/scores/$key" params={params} />;
          default:
            return (
              <Link
                {...props}
                to="/data/definitions/$kind/$key"
                params={{ kind: use.kind, key: use.key }}
              />
            );
        }
      }}
    >
      {use.name}
    </Anchor>
  );
}

function RowView({ row }: { row: Schemas["ConditionRow"] }) {
  const { t } = useTranslation();
  const group = row.rows.length > 0;
  return (
    <li>
      {row.kind === "question" || !group ? (
        <code className={classes.question}>{row.text}</code>
      ) : (
        <span className={classes.heading}>{t(`segments.${row.kind}`)}</span>
      )}
      {row.note && <span className={classes.note}> ({row.note})</span>}
      {group && (
        <ul className={classes.sentences}>
          {row.rows.map((part, index) => (
            <RowView key={index} row={part} />
          ))}
        </ul>
      )}
    </li>
  );
}
