import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useEditing } from "./editing";
import { idsOf, renameStep } from "./model/tree";

const idPattern = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/** The name by which the definition, counts and those inside know a step. */
export function StepIdField({ id }: { id: string }) {
  const { t } = useTranslation();
  const { journey, edit, select } = useEditing();
  const [typed, setTyped] = useState(id);
  const taken = typed !== id && idsOf(journey).has(typed);
  const wrong = !idPattern.test(typed);
  const rename = () => {
    if (typed === id || taken || wrong) return setTyped(id);
    edit(renameStep(journey, id, typed));
    return select(typed);
  };
  return (
    <TextInput
      size="xs"
      label={t("editor.fields.id")}
      description={t("editor.idText")}
      inputWrapperOrder={["label", "input", "description", "error"]}
      error={taken ? t("editor.idTaken") : wrong ? t("editor.idWrong") : undefined}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={rename}
    />
  );
}
