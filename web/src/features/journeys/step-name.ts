import { useTranslation } from "react-i18next";
import type { Step } from "./queries";

/** What stands above a step's summary: its own name, or what it does where it has none of its own. */
export function useStepName(): (step: Step) => string {
  const { t } = useTranslation();
  return (step) =>
    step.name === step.summary
      ? t(`journeys.kinds.${step.kind}`, { defaultValue: step.name })
      : step.name;
}
