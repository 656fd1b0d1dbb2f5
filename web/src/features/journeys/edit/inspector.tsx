import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { KindIcon } from "@/components/kind";
import classes from "./editor.module.css";
import { useEditing } from "./editing";
import { Fields } from "./fields/fields";
import { fieldsOf } from "./fields/spec";
import { JourneyForm } from "./journey-form";
import { type Node, setIn, textOf } from "./model/definition";
import { iconOf, kindOf } from "./model/kinds";
import { findStep } from "./model/tree";
import { StepIdField } from "./step-id-field";
import { TemplatePart } from "./template-part";
import { WaysForm } from "./ways-form";

interface Props {
  /** Problems by step; of the journey itself by nothing. */
  problems: ReadonlyMap<string, string[]>;
}

/** The settings of the step that is chosen, or of the journey. */
export function Inspector({ problems }: Props) {
  const { journey, selected } = useEditing();
  const found = findStep(journey, selected);
  const wrong = problems.get(selected ?? "") ?? [];
  return (
    <div className={classes.fields} data-inspector>
      {wrong.length > 0 && (
        <ul className={classes.wrongList}>
          {wrong.map((message) => (
            <li key={message}>{message}</li>
          ))}
        </ul>
      )}
      {found ? <StepForm key={found.step.id} id={found.step.id} /> : <JourneyForm />}
    </div>
  );
}

function StepForm({ id }: { id: string }) {
  const { t } = useTranslation();
  const { journey, edit } = useEditing();
  const found = findStep(journey, id);
  if (!found) return null;
  const { step, path } = found;
  const kind = kindOf(step);
  const change = (next: Node, what?: string) =>
    edit(setIn(journey, path, next), what === undefined ? undefined : `${id}/${what}`);
  return (
    <>
      <h2 className={classes.sideTitle}>
        <KindIcon kind={iconOf(kind)} /> {t(`editor.kinds.${kind ?? "unknown"}`)}
      </h2>
      <TextInput
        size="xs"
        label={t("editor.fields.name")}
        placeholder={t("editor.namePlaceholder")}
        value={textOf(step.name)}
        onChange={(event) =>
          change(setIn(step, ["name"], event.currentTarget.value || undefined), "name")
        }
      />
      {kind === null ? (
        <p className={classes.hint}>{t("editor.unknownStep")}</p>
      ) : (
        <>
          {kind === "wait_for" && <WaysForm step={step} change={change} />}
          <Fields specs={fieldsOf[kind]} node={step} change={change} />
          {kind === "send" && <TemplatePart step={step} />}
          {kind !== "wait_for" && <WaysForm step={step} change={change} />}
        </>
      )}
      <StepIdField id={id} />
    </>
  );
}
