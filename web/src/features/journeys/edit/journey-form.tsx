import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./editor.module.css";
import { useEditing } from "./editing";
import { EndsForm } from "./ends-form";
import { Fields } from "./fields/fields";
import { handling, type Field } from "./fields/spec";
import { type Journey, type Node, setIn, textOf } from "./model/definition";
import { ReentryField } from "./reentry-field";
import { TriggersForm } from "./triggers-form";

const entry: Field[] = [
  { at: ["only_if"], label: "onlyIf", kind: "condition" },
  { at: ["key_by"], label: "keyBy", kind: "text" },
  { at: ["holdout"], label: "holdout", kind: "number" },
];
const rest: Field[] = [
  ...handling([], "asWorkspace"),
  { at: ["timezone"], label: "timezone", kind: "text" },
];

/** What holds for the whole journey: who enters, what ends it, and how its messages are held. */
export function JourneyForm() {
  const { t } = useTranslation();
  const { journey, edit } = useEditing();
  const change = (next: Node, what?: string) =>
    edit(next as Journey, what === undefined ? undefined : `journey/${what}`);
  return (
    <>
      <TextInput
        size="xs"
        label={t("editor.fields.journeyName")}
        value={textOf(journey.name)}
        onChange={(event) =>
          change(setIn(journey, ["name"], event.currentTarget.value || undefined), "name")
        }
      />
      <h2 className={classes.sideTitle}>{t("editor.startsWhen")}</h2>
      <TriggersForm journey={journey} change={change} />
      <h2 className={classes.sideTitle}>{t("editor.whoEnters")}</h2>
      <Fields specs={entry.slice(0, 1)} node={journey} change={change} />
      <ReentryField journey={journey} change={change} />
      <Fields specs={entry.slice(1)} node={journey} change={change} />
      <h2 className={classes.sideTitle}>{t("editor.whatEnds")}</h2>
      <EndsForm journey={journey} change={change} />
      <h2 className={classes.sideTitle}>{t("editor.howHeld")}</h2>
      <Fields specs={rest} node={journey} change={change} />
    </>
  );
}
