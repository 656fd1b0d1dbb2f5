import { Select, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { aligns } from "./aligns";
import classes from "./composer.module.css";
import type { Node } from "./document";
import type { Set } from "./inspector";
import { NumberField } from "./number-field";

/** What every block has: where it stands, and whether and how often it is there. */
export function Always({ node, set }: { node: Node; set: Set }) {
  const { t } = useTranslation();
  const isBlock = typeof node.type === "string";
  const repeat = (node.repeat ?? {}) as { in?: unknown; as?: unknown; limit?: unknown };
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  const setRepeat = (part: { in?: string; as?: string }) => {
    const next = { ...repeat, ...part };
    set(
      { repeat: text(next.in) ? { ...next, as: text(next.as) || undefined } : undefined },
      "repeat",
    );
  };
  return (
    <>
      {isBlock && (
        <div className={classes.two}>
          <Select
            size="xs"
            label={t("templates.align")}
            data={aligns.map((value) => ({ value, label: t(`templates.aligns.${value}`) }))}
            value={aligns.find((each) => each === node.align) ?? "start"}
            onChange={(align) => set({ align: align === "start" ? undefined : align })}
            allowDeselect={false}
          />
          <NumberField
            label={t("templates.space")}
            value={node.space}
            otherwise={18}
            min={0}
            max={96}
            onChange={(space) => set({ space }, "space")}
          />
        </div>
      )}
      <TextInput
        label={t("templates.showIf")}
        placeholder={'contact.plan == "pro"'}
        value={text(node.showIf)}
        onChange={(event) => set({ showIf: event.currentTarget.value || undefined }, "showIf")}
        maxLength={500}
      />
      <div className={classes.two}>
        <TextInput
          label={t("templates.repeat")}
          placeholder="event.items"
          value={text(repeat.in)}
          onChange={(event) => setRepeat({ in: event.currentTarget.value })}
          maxLength={500}
        />
        <TextInput
          label={t("templates.repeatAs")}
          placeholder="item"
          value={text(repeat.as)}
          disabled={!text(repeat.in)}
          onChange={(event) => setRepeat({ as: event.currentTarget.value })}
          maxLength={64}
        />
      </div>
    </>
  );
}
