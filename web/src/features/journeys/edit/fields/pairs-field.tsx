import { ActionIcon, Button, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "../editor.module.css";
import { isNode } from "../model/definition";
import { plainFromText, toText } from "./as-text";
import type { FieldProps } from "./field";

interface Pair {
  name: string;
  text: string;
}

const pairsOf = (value: unknown): Pair[] =>
  isNode(value)
    ? Object.entries(value).map(([name, each]) => ({
        name,
        text: each === null ? "null" : toText(each),
      }))
    : [];

function valueOf(pairs: Pair[]): Record<string, unknown> {
  const named = pairs.filter((pair) => pair.name !== "");
  return Object.fromEntries(
    named.map(({ name, text }) => [name, text === "null" ? null : plainFromText(text)]),
  );
}

/** Values by name. `null` removes, numbers are numbers, and `{{ }}` is Liquid. */
export function PairsField({ label, value, required, onChange }: FieldProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(() => pairsOf(value));
  // Typed pairs hold what a definition cannot: one without a name, or the same name twice.
  const isSame = JSON.stringify(valueOf(typed)) === JSON.stringify(isNode(value) ? value : {});
  const pairs = isSame ? typed : pairsOf(value);
  const change = (next: Pair[]) => {
    setTyped(next);
    const read = valueOf(next);
    onChange(Object.keys(read).length === 0 && !required ? undefined : read);
  };
  return (
    <fieldset className={classes.pairs}>
      <legend>{label}</legend>
      {pairs.map((pair, index) => (
        <div key={index} className={classes.pair}>
          <TextInput
            size="xs"
            aria-label={t("editor.pairName", { number: index + 1 })}
            placeholder={t("editor.name")}
            value={pair.name}
            onChange={(event) =>
              change(pairs.with(index, { ...pair, name: event.currentTarget.value }))
            }
          />
          <TextInput
            size="xs"
            aria-label={t("editor.pairValue", { number: index + 1 })}
            placeholder={t("editor.value")}
            value={pair.text}
            onChange={(event) =>
              change(pairs.with(index, { ...pair, text: event.currentTarget.value }))
            }
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("editor.removePair", { number: index + 1 })}
            onClick={() => change(pairs.filter((_, at) => at !== index))}
          >
            <IconTrash size={14} />
          </ActionIcon>
        </div>
      ))}
      <Button
        size="compact-xs"
        variant="default"
        leftSection={<IconPlus size={13} />}
        onClick={() => change([...pairs, { name: "", text: "" }])}
      >
        {t("editor.addPair")}
      </Button>
    </fieldset>
  );
}
