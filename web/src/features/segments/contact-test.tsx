import { IconCheck, IconX } from "@tabler/icons-react";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { answersByPath } from "@/conditions/findings";
import { type Condition, rooted } from "@/conditions/model";
import { type ExplainedRow, explainQuery } from "@/conditions/queries";
import { ContactPicker } from "@/components/contact-picker";
import { Panel } from "@/components/page";
import classes from "./segment.module.css";

const typingDelay = 400;
const noAnswers: ReadonlyMap<string, ExplainedRow> = new Map();

/** What a condition says of one contact, row by row; nothing while it is not `ready`. */
export function useContactTest(condition: Condition | null, ready: boolean) {
  const [contact, setContact] = useState<string | null>(null);
  const [asked] = useDebouncedValue(JSON.stringify(rooted(condition)), typingDelay);
  const where = JSON.parse(asked) as Condition;
  const { data, error } = useQuery({
    ...explainQuery(contact ?? "", where),
    enabled: contact !== null && ready,
  });
  const shown = contact !== null && ready && !error ? data : undefined;
  const answers = useMemo(
    () => (shown ? answersByPath(JSON.parse(asked) as Condition, shown.rows) : noAnswers),
    [shown, asked],
  );
  return {
    contact,
    setContact,
    answers,
    data: shown,
    error: contact === null || !ready ? null : error,
  };
}

/** Chooses the contact; the rows of the condition show what was read of it. */
export function ContactTest({ test }: { test: ReturnType<typeof useContactTest> }) {
  const { t } = useTranslation();
  const { data, error } = test;
  return (
    <Panel title={t("segments.test")}>
      <ContactPicker
        label={t("segments.testWith")}
        value={test.contact}
        onChange={test.setContact}
      />
      {data && (
        <p className={classes.verdict} data-ok={data.ok} role="status">
          {data.ok ? <IconCheck size={16} aria-hidden /> : <IconX size={16} aria-hidden />}
          {t(data.ok ? "segments.testIn" : "segments.testOut")}
        </p>
      )}
      {data && !data.whole && <p className={classes.dim}>{t("segments.testPart")}</p>}
      {error && (
        <p className={classes.dim} role="alert">
          {t("segments.testFailed")} {error.message}
        </p>
      )}
      {!data && !error && (
        <p className={`${classes.dim} ${classes.hint}`}>{t("segments.testHint")}</p>
      )}
    </Panel>
  );
}
