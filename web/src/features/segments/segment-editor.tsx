import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ConditionBuilder } from "@/conditions/builder";
import { unfinishedIn } from "@/conditions/findings";
import { rooted } from "@/conditions/model";
import { useCount, useForm } from "@/conditions/queries";
import { useWords } from "@/conditions/words";
import { Panel } from "@/components/page";
import { ContactTest, useContactTest } from "./contact-test";
import { People } from "./people";
import type { SegmentDraft } from "./segment-text";
import classes from "./segment.module.css";

const nameLengthMax = 200;
const peopleShown = 10;

interface Props {
  value: SegmentDraft;
  change: (part: Partial<SegmentDraft>) => void;
  /** What the server does not take of it. */
  problems: string[];
}

/** A segment's name and condition, who it would hold, and what it says of one contact. */
export function SegmentEditor({ value, change, problems }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  const form = useForm(value.where);
  const count = useCount(form.unread ? value.where : form.condition, peopleShown);
  const unfinished = unfinishedIn(rooted(form.condition)) !== null;
  const test = useContactTest(form.condition, !unfinished && !form.unread);
  return (
    <div className={classes.editor}>
      <Panel title={t("segments.who")}>
        <div className={classes.fields}>
          <TextInput
            label={t("segments.name")}
            value={value.name}
            onChange={(event) => change({ name: event.currentTarget.value })}
            maxLength={nameLengthMax}
            required
          />
          {problems.length > 0 && (
            <ul className={classes.problems} role="alert">
              {problems.map((problem) => (
                <li key={problem}>{problem}</li>
              ))}
            </ul>
          )}
          <ConditionBuilder
            subject="contact"
            value={value.where}
            onChange={(where) => change({ where })}
            answers={test.answers}
            count={count}
          />
          {form.condition !== null && (
            <p className={classes.words}>
              <strong>{t("segments.inWords")}</strong> {words(form.condition)}
            </p>
          )}
        </div>
      </Panel>
      <div className={classes.side}>
        <ContactTest test={test} />
        <Panel title={t("segments.people")}>
          <People
            people={count.people}
            counted={count.data?.count}
            failed={count.error !== null || unfinished}
          />
        </Panel>
      </div>
    </div>
  );
}
