import { useTranslation } from "react-i18next";
import { ChoiceField, PickField, StepField } from "./choice-field";
import { ConditionField } from "./condition-field";
import { DataField } from "./data-field";
import { PairsField } from "./pairs-field";
import type { Field as Spec } from "./spec";
import { TextField } from "./text-field";
import { TextsField } from "./texts-field";
import { WaitField } from "./wait-field";
import { WhereField } from "./where-field";

export interface FieldProps {
  kind: Spec["kind"];
  label: string;
  value: unknown;
  required: boolean;
  /** `undefined` takes it out. */
  onChange: (value: unknown) => void;
}

interface Props {
  spec: Spec;
  value: unknown;
  onChange: (value: unknown) => void;
}

/** The control for one value of a definition. */
export function Field({ spec, value, onChange }: Props) {
  const { t } = useTranslation();
  const props: FieldProps = {
    kind: spec.kind,
    label: t(`editor.fields.${spec.label}` as "editor.fields.template"),
    value,
    required: spec.required === true,
    onChange,
  };
  switch (spec.kind) {
    case "choice":
      return <ChoiceField {...props} options={spec.options} none={spec.none} />;
    case "pick":
      return <PickField {...props} of={spec.of} />;
    case "step":
      return <StepField {...props} sends={spec.sends} />;
    case "condition":
      return <ConditionField {...props} />;
    case "wait":
      return <WaitField {...props} />;
    case "where":
      return <WhereField {...props} />;
    case "data":
      return <DataField {...props} />;
    case "pairs":
      return <PairsField {...props} />;
    case "texts":
      return <TextsField {...props} />;
    default:
      return <TextField {...props} />;
  }
}
