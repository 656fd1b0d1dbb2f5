import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Draft, DraftKeeper } from "@/drafts/draft-keeper";
import { askAdd, askMove } from "./ask";
import { useStepTitle } from "./describe";
import type { Editing } from "./editing";
import { copySteps } from "./model/clipboard";
import type { Journey, Step } from "./model/definition";
import { newStep } from "./model/kinds";
import {
  afterStep,
  findStep,
  idFor,
  idsIn,
  idsOf,
  insertStep,
  moveStep,
  outermost,
  type Place,
  removeSteps,
  withFreshIds,
} from "./model/tree";
import { useHistory } from "./use-history";

const none: ReadonlySet<string> = new Set();

/** All that can be done to a draft of a journey. */
export function useJourneyEditing(key: string, draft: Draft, keeper: DraftKeeper): Editing {
  const { t } = useTranslation();
  const title = useStepTitle();
  const history = useHistory(key, draft, keeper);
  const { journey, edit } = history;
  const [selected, setSelected] = useState<string | null>(null);
  const [chosen, setChosen] = useState(none);
  const select = (id: string | null) => {
    setSelected(id);
    setChosen(id === null ? none : new Set([id]));
  };
  const choose = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
    setSelected(next.has(id) ? id : ([...next].pop() ?? null));
  };
  const put = (steps: readonly Step[], place: Place) => {
    const taken = idsOf(journey);
    let next = journey;
    let { index } = place;
    let last: string | null = null;
    for (const step of steps) {
      const fresh = withFreshIds(step, taken);
      for (const id of idsIn(fresh)) taken.add(id);
      next = insertStep(next, { list: place.list, index }, fresh);
      index += 1;
      last = fresh.id;
    }
    edit(next);
    select(last);
  };
  const stepsOf = (ids: ReadonlySet<string>) => outermost(journey, ids);
  const editing: Editing = {
    ...history,
    key,
    draft,
    keeper,
    selected: findStep(journey, selected) ? selected : null,
    chosen,
    select,
    choose,
    askAdd: (place) => askAdd(editing, place, t),
    askMove: (id) => {
      const step = findStep(journey, id)?.step;
      if (step) askMove(editing, id, title(step), t);
    },
    add: (kind, place) => {
      const step = newStep(kind, idFor(kind, journey));
      edit(insertStep(journey, place, step));
      select(step.id);
    },
    paste: (place, steps) => put(steps, place),
    duplicate: (ids) => {
      const steps = stepsOf(ids);
      const last = steps[steps.length - 1];
      if (last)
        put(
          steps.map((each) => each.step),
          afterStep(last),
        );
    },
    copy: (ids) => {
      const steps = stepsOf(ids);
      if (steps.length === 0) return;
      copySteps(steps.map((each) => each.step));
      notifications.show({ message: t("editor.copied", { count: steps.length }) });
    },
    remove: (ids) => {
      const steps = stepsOf(ids);
      const [first] = steps;
      if (!first) return;
      const next = removeSteps(
        journey,
        steps.map((each) => each.step.id),
      );
      edit(next);
      select(neighbourOf(next, first.place, first.parent));
    },
    move: (id, to) => {
      edit(moveStep(journey, id, to));
      select(id);
    },
  };
  return editing;
}

/** The step that stands where one was taken out, before it, or around it. */
function neighbourOf(journey: Journey, place: Place, parent: string | null): string | null {
  const at = (index: number) =>
    index < 0 ? undefined : findAt(journey, { list: place.list, index });
  return at(place.index - 1) ?? at(place.index) ?? parent;
}

function findAt(journey: Journey, place: Place): string | undefined {
  const steps = place.list.reduce<unknown>(
    (node, part) => (node === undefined || node === null ? undefined : (node as never)[part]),
    journey,
  );
  return Array.isArray(steps) ? (steps[place.index] as Step | undefined)?.id : undefined;
}
