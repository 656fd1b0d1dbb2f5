import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Fields } from "./fields/fields";
import type { Field } from "./fields/spec";
import type { Node } from "./model/definition";

export const awaitedKinds = ["event", "clicked", "opened", "bounced", "when"] as const;
export type AwaitedKind = (typeof awaitedKinds)[number];

export const awaitedKindOf = (node: Node): AwaitedKind =>
  awaitedKinds.find((kind) => kind in node) ?? "event";

const required = true;
const fields: Record<AwaitedKind, Field[]> = {
  event: [
    { at: ["event"], label: "event", kind: "text", required },
    { at: ["where"], label: "where", kind: "where" },
    { at: ["same"], label: "same", kind: "texts" },
  ],
  clicked: [{ at: ["clicked"], label: "mail", kind: "step", sends: true, required }],
  opened: [{ at: ["opened"], label: "mail", kind: "step", sends: true, required }],
  bounced: [{ at: ["bounced"], label: "mail", kind: "step", sends: true, required }],
  when: [{ at: ["when"], label: "condition", kind: "condition", required }],
};
const members = ["event", "clicked", "opened", "bounced", "when", "where", "same"];

interface Props {
  label: string;
  node: Node;
  /** Goals and exits know no mails. */
  kinds?: readonly AwaitedKind[];
  change: (next: Node, what: string) => void;
}

/** What is looked out for: an event, an answer to a mail, or a condition. */
export function AwaitedForm({ label, node, kinds = awaitedKinds, change }: Props) {
  const { t } = useTranslation();
  const kind = awaitedKindOf(node);
  const choose = (next: AwaitedKind) => {
    const kept = Object.entries(node).filter(([name]) => !members.includes(name));
    change(Object.fromEntries([[next, ""], ...kept]), "kind");
  };
  return (
    <>
      <Select
        size="xs"
        label={label}
        allowDeselect={false}
        data={kinds.map((each) => ({ value: each, label: t(`editor.awaited.${each}`) }))}
        value={kind}
        onChange={(next) => choose(awaitedKinds.find((each) => each === next) ?? "event")}
      />
      <Fields specs={fields[kind]} node={node} change={change} />
    </>
  );
}
