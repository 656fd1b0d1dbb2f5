import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./composer.module.css";
import type { Node } from "./document";
import type { Set } from "./inspector";
import { NumberField } from "./number-field";

interface Props {
  block: Node;
  set: Set;
  /** Without a list the rows stand once; else the list is required. */
  optional?: boolean;
}

const limitMax = 100;
const expressionLengthMax = 500;
const nameLengthMax = 64;

/** The list whose items a block is made of. */
export function EachFields({ block, set, optional = false }: Props) {
  const { t } = useTranslation();
  const each = (typeof block.each === "object" && block.each !== null ? block.each : {}) as Node;
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  const put = (part: Node, what: string) => {
    const next = { ...each, ...part };
    const kept = Object.fromEntries(
      Object.entries(next).filter(([, value]) => value !== undefined),
    );
    set({ each: optional && !text(kept.in) ? undefined : kept }, `each.${what}`);
  };
  return (
    <>
      <TextInput
        label={t("templates.eachIn")}
        placeholder="event.items"
        value={text(each.in)}
        onChange={(event) => put({ in: event.currentTarget.value }, "in")}
        maxLength={expressionLengthMax}
      />
      <div className={classes.two}>
        <TextInput
          label={t("templates.repeatAs")}
          placeholder="item"
          value={text(each.as)}
          disabled={!text(each.in)}
          onChange={(event) => put({ as: event.currentTarget.value || undefined }, "as")}
          maxLength={nameLengthMax}
        />
        <NumberField
          label={t("templates.eachLimit")}
          value={each.limit}
          otherwise={limitMax}
          min={1}
          max={limitMax}
          onChange={(limit) => put({ limit }, "limit")}
        />
      </div>
    </>
  );
}
