import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { useChoices } from "./choices";
import { getIn, isNode, listOf, type Node, textOf } from "./model/definition";
import { awaitedWords, kindOf, type Way } from "./model/kinds";

/** What a step does, in a line. */
export function useStepSummary(): (step: Node) => string {
  const { t } = useTranslation();
  const templates = useChoices("template");
  const lists = useChoices("list");
  const journeys = useChoices("journey");
  const named = (choices: typeof templates, key: string) =>
    choices.find((each) => each.value === key)?.label ?? key;
  return (step) => {
    const kind = kindOf(step);
    if (kind === null) return t("editor.summary.unknown");
    const body = step[kind];
    const part = (name: string) => textOf(getIn(body, [name]));
    const missing = t("editor.summary.missing");
    switch (kind) {
      case "send":
        return named(templates, part("template")) || missing;
      case "add_to_list":
      case "remove_from_list":
        return named(lists, textOf(body)) || missing;
      case "enter":
      case "leave":
        return named(journeys, textOf(body)) || missing;
      case "wait":
      case "stage":
      case "exit":
        return textOf(body) || missing;
      case "wait_for":
        return awaitedSummary(t, body);
      case "branch":
      case "split":
        return listOf(getIn(body, ["arms"]))
          .map((arm) => textOf(getIn(arm, ["name"])))
          .join(", ");
      case "update":
        return isNode(body) ? Object.keys(body).join(", ") || missing : missing;
      case "score":
        return `${part("score") || missing} ${part("points")}`;
      case "notify":
        return part("user") || missing;
      case "assign":
        return (
          textOf(body) ||
          listOf(getIn(body, ["one_of"]))
            .map(textOf)
            .join(", ") ||
          missing
        );
      case "task":
        return part("title") || missing;
      case "deal":
        return part("name") || missing;
      case "webhook":
        return part("url");
      case "track":
        return part("event") || missing;
      case "go_to":
        return part("step") || textOf(body) || missing;
    }
  };
}

function awaitedSummary(t: TFunction, body: unknown): string {
  const any = listOf(getIn(body, ["any"]));
  const words = any.length > 0 ? any.map(awaitedWords).join(", ") : awaitedWords(body);
  const most = textOf(getIn(body, ["at_most"]));
  const awaited = words || t("editor.summary.missing");
  return most === "" ? awaited : t("editor.summary.atMost", { awaited, most });
}

/** The name of a step: its own, else that of its kind. */
export function useStepTitle(): (step: Node) => string {
  const { t } = useTranslation();
  return (step) => {
    const kind = kindOf(step);
    return textOf(step.name) || t(`editor.kinds.${kind ?? "unknown"}`);
  };
}

/** The words on a way on from a step. */
export function useWayLabel(): (step: Node, way: Way | null) => string | null {
  const { t } = useTranslation();
  return (step, way) => {
    if (way === null) return null;
    const kind = kindOf(step);
    const share = way.percent === undefined ? "" : ` ${way.percent} %`;
    if (kind === "go_to") return t(way.kind === "then" ? "editor.way.again" : "editor.way.enough");
    if (kind === "webhook") {
      return t(way.kind === "then" ? "editor.way.answered" : "editor.way.failed");
    }
    if (way.kind === "otherwise") {
      return t(kind === "wait_for" ? "editor.way.tooLate" : "editor.way.otherwise") + share;
    }
    return (way.name || t("editor.way.then")) + share;
  };
}

/** What starts a run, in a line for each trigger. */
export function useTriggerLines(): (value: unknown) => string[] {
  const { t } = useTranslation();
  return (value) => triggersOf(value).map((trigger) => triggerLine(t, trigger));
}

/** A definition may hold one trigger, or a list of them. */
export function triggersOf(value: unknown): readonly Node[] {
  const triggers = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return triggers.filter(isNode);
}

function triggerLine(t: TFunction, trigger: Node): string {
  const kind = triggerKindOf(trigger);
  const name = t(`editor.trigger.kind.${kind}`);
  const value = trigger[kind];
  if (kind === "entry" || kind === "unknown") return name;
  const words = isNode(value) ? Object.values(value).map(textOf).join(" → ") : textOf(value);
  const times = textOf(trigger.at_least);
  const within = textOf(trigger.within);
  return [
    `${name}: ${words || t("editor.summary.missing")}`,
    ...(times === "" ? [] : [`≥ ${times}`]),
    ...(within === "" ? [] : [within]),
  ].join(" · ");
}

export const triggerKinds = [
  "event",
  "segment_entered",
  "segment_left",
  "attribute_changed",
  "score_crossed",
  "score_fell",
  "date",
  "schedule",
  "form",
  "webhook",
  "deal_stage",
  "entry",
] as const;
export type TriggerKind = (typeof triggerKinds)[number];

export function triggerKindOf(trigger: Node): TriggerKind | "unknown" {
  return triggerKinds.find((kind) => kind in trigger) ?? "unknown";
}
