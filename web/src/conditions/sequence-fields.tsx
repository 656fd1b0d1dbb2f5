import { IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Choice } from "./choice";
import classes from "./conditions.module.css";
import { EventFilters, EventName } from "./event-match";
import { type Question, replaced, withMembers, without } from "./model";
import { SpanField } from "./span-field";
import { WindowFields } from "./window-fields";

const stagesMax = 8;
const stagesMin = 2;
const windows = ["ever", "last", "since", "until", "between"] as const;

interface Props {
  sequence: Question;
  onChange: (sequence: Question) => void;
}

/** Things done one after another. */
export function SequenceFields({ sequence, onChange }: Props) {
  const { t } = useTranslation();
  const stages = (Array.isArray(sequence.stages) ? sequence.stages : []) as Question[];
  const set = (next: Question[]) => onChange({ ...sequence, stages: next });
  return (
    <>
      <WindowFields question={sequence} onChange={onChange} kinds={windows} />
      <div className={classes.filters}>
        {stages.map((stage, index) => (
          <div key={index} className={classes.filter}>
            <Stage
              stage={stage}
              index={index}
              onChange={(next) => set(replaced(stages, index, next))}
            />
            {stages.length > stagesMin && (
              <button
                type="button"
                className={classes.link}
                aria-label={t("conditions.removeStage")}
                onClick={() => set(without(stages, index))}
              >
                <IconX size={14} aria-hidden />
              </button>
            )}
          </div>
        ))}
        {stages.length < stagesMax && (
          <div>
            <button
              type="button"
              className={classes.link}
              onClick={() => set([...stages, { event: "", within: "1d" }])}
            >
              {t("conditions.addStage")}
            </button>
          </div>
        )}
      </div>
    </>
  );
}

interface StageProps {
  stage: Question;
  index: number;
  onChange: (stage: Question) => void;
}

function Stage({ stage, index, onChange }: StageProps) {
  const { t } = useTranslation();
  return (
    <>
      {index === 0 ? (
        t("conditions.firstStage")
      ) : (
        <Choice
          label={t("conditions.stage")}
          value={stage.never === true ? "never" : "then"}
          onChange={(next) =>
            onChange(withMembers(stage, { never: next === "never" ? true : undefined }))
          }
          options={[
            { value: "then", label: t("conditions.then") },
            { value: "never", label: t("conditions.thenNot") },
          ]}
        />
      )}
      <EventName match={stage} onChange={onChange} />
      {index > 0 && (
        <Choice
          label={t("conditions.stageTime")}
          value={stage.within === undefined ? "any" : "within"}
          onChange={(next) =>
            onChange(withMembers(stage, { within: next === "within" ? "1d" : undefined }))
          }
          options={[
            { value: "any", label: t("conditions.anyTime") },
            { value: "within", label: t("conditions.within") },
          ]}
        />
      )}
      {index > 0 && stage.within !== undefined && (
        <SpanField
          label={t("conditions.length")}
          value={stage.within}
          onChange={(within) => onChange({ ...stage, within })}
        />
      )}
      <EventFilters match={stage} onChange={onChange} />
    </>
  );
}
