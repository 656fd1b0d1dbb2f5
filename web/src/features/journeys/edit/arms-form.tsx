import { ActionIcon, Button, Group, NumberInput, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./editor.module.css";
import { listOf, type Node, textOf } from "./model/definition";

interface Props {
  arms: unknown;
  blank: (number: number) => Node;
  min: number;
  max: number;
  hasShare?: boolean;
  change: (next: readonly Node[], what?: string) => void;
  /** What decides for the arm. */
  children?: (arm: Node, change: (next: Node, what: string) => void) => ReactNode;
}

/** The paths of a step in their order: each can be named, moved, added and taken out. */
export function ArmsForm({ arms, blank, min, max, hasShare, change, children }: Props) {
  const { t } = useTranslation();
  const all = listOf(arms) as readonly Node[];
  const swap = (index: number, other: number) => {
    const next = [...all];
    [next[index], next[other]] = [next[other]!, next[index]!];
    change(next);
  };
  return (
    <>
      {all.map((arm, index) => {
        const set = (next: Node, what: string) =>
          change(all.with(index, next), `arm/${index}/${what}`);
        const name = textOf(arm.name) || String(index + 1);
        return (
          <fieldset key={index} className={classes.arm}>
            <legend>{t("editor.arm", { number: index + 1 })}</legend>
            <TextInput
              size="xs"
              label={t("editor.fields.armName")}
              value={textOf(arm.name)}
              onChange={(event) =>
                set({ ...arm, name: event.currentTarget.value || undefined }, "name")
              }
            />
            {hasShare && (
              <NumberInput
                size="xs"
                label={t("editor.fields.percent")}
                min={0}
                max={100}
                suffix=" %"
                value={typeof arm.percent === "number" ? arm.percent : ""}
                onChange={(next) => set({ ...arm, percent: next === "" ? 0 : next }, "percent")}
              />
            )}
            {children?.(arm, set)}
            <Group gap={4} justify="flex-end">
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t("editor.armUp", { name })}
                disabled={index === 0}
                onClick={() => swap(index, index - 1)}
              >
                <IconArrowUp size={14} />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t("editor.armDown", { name })}
                disabled={index === all.length - 1}
                onClick={() => swap(index, index + 1)}
              >
                <IconArrowDown size={14} />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t("editor.armRemove", { name })}
                disabled={all.length <= min}
                onClick={() => change(all.filter((_, at) => at !== index))}
              >
                <IconTrash size={14} />
              </ActionIcon>
            </Group>
          </fieldset>
        );
      })}
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconPlus size={14} />}
        disabled={all.length >= max}
        onClick={() => change([...all, blank(all.length + 1)])}
      >
        {t("editor.addArm")}
      </Button>
    </>
  );
}
