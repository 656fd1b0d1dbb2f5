import { EventFilters, EventName } from "./event-match";
import type { Question } from "./model";
import { WindowFields } from "./window-fields";

const windows = ["ever", "last", "longer_ago", "since", "until", "between"] as const;

interface Props {
  occurred: Question;
  onChange: (occurred: Question) => void;
}

/** The first, or the last, time lies in a window. */
export function OccurredFields({ occurred, onChange }: Props) {
  return (
    <>
      <EventName match={occurred} onChange={onChange} />
      <WindowFields question={occurred} onChange={onChange} kinds={windows} />
      <EventFilters match={occurred} onChange={onChange} />
    </>
  );
}
