import { Select, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { getIn, isNode, type Journey, type Node, setIn, textOf } from "./model/definition";

interface Props {
  journey: Journey;
  change: (next: Node, what?: string) => void;
}

/** Whether, and how soon, somebody who was inside may enter again. */
export function ReentryField({ journey, change }: Props) {
  const { t } = useTranslation();
  const { reentry } = journey;
  const kind = isNode(reentry) ? "after" : reentry === "always" ? "always" : "never";
  const set = (next: unknown) => change(setIn(journey, ["reentry"], next), "reentry");
  return (
    <>
      <Select
        size="xs"
        label={t("editor.fields.reentry")}
        allowDeselect={false}
        data={(["never", "always", "after"] as const).map((value) => ({
          value,
          label: t(`editor.reentry.${value}`),
        }))}
        value={kind}
        onChange={(next) => set(next === "after" ? { after: "30d" } : (next ?? "never"))}
      />
      {kind === "after" && (
        <TextInput
          size="xs"
          label={t("editor.fields.reentryAfter")}
          placeholder="30d"
          value={textOf(getIn(reentry, ["after"]))}
          onChange={(event) => set({ after: event.currentTarget.value })}
        />
      )}
    </>
  );
}
