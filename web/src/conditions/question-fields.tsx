import { AttributeFields } from "./attribute-fields";
import { DidFields } from "./did-fields";
import { innerOf, type Question, type QuestionKind } from "./model";
import { OccurredFields } from "./occurred-fields";
import { ScoreFields } from "./score-fields";
import { SequenceFields } from "./sequence-fields";
import {
  ConsentFields,
  GradeFields,
  ListFields,
  RandomFields,
  ReachableFields,
  SegmentFields,
} from "./standing-fields";

interface Props {
  kind: QuestionKind;
  question: Question;
  onChange: (question: Question) => void;
}

/** The form of a question by its kind. */
export function QuestionFields({ kind, question, onChange }: Props) {
  const inner = innerOf(question, kind);
  const setInner = (next: Question) => onChange({ [kind]: next });
  switch (kind) {
    case "attribute":
      return <AttributeFields question={question} onChange={onChange} />;
    case "did":
      return <DidFields did={inner} onChange={setInner} />;
    case "first":
    case "last":
      return <OccurredFields occurred={inner} onChange={setInner} />;
    case "sequence":
      return <SequenceFields sequence={inner} onChange={setInner} />;
    case "segment":
      return <SegmentFields question={question} onChange={onChange} />;
    case "list":
      return <ListFields question={question} onChange={onChange} />;
    case "score":
      return <ScoreFields question={question} onChange={onChange} />;
    case "grade":
      return <GradeFields question={question} onChange={onChange} />;
    case "reachable":
      return <ReachableFields question={inner} onChange={setInner} />;
    case "consent":
      return <ConsentFields question={inner} onChange={setInner} />;
    case "random":
      return <RandomFields question={question} onChange={onChange} />;
  }
}
