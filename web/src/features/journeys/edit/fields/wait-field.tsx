import { NumberInput, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "../editor.module.css";
import { textOf } from "../model/definition";
import {
  blankWaits,
  days,
  pasts,
  readWait,
  units,
  type Wait,
  type WaitForm,
  waitForms,
  writeWait,
} from "../model/wait";
import type { FieldProps } from "./field";

/** How long, or until when: by a form, or in the words of waits. */
export function WaitField({ label, value, required, onChange }: FieldProps) {
  const { t } = useTranslation();
  const text = textOf(value);
  const read = readWait(text);
  // Words that a form could say too stay words while somebody writes them.
  const [words, setWords] = useState(false);
  const wait: Wait = words ? { form: "words", text } : read;
  const set = (next: Wait) => {
    const written = writeWait(next);
    onChange(written === "" && !required ? undefined : written);
  };
  const choose = (form: WaitForm | null) => {
    setWords(form === "words");
    if (form === null) onChange(undefined);
    else if (form !== "words") set(blankWaits[form]);
    else if (text === "") onChange("");
  };
  const isAbsent = value === undefined && !words;
  return (
    <fieldset className={classes.wait}>
      <legend>{label}</legend>
      <Select
        size="xs"
        aria-label={t("editor.wait.form", { label })}
        allowDeselect={false}
        data={[
          ...(required ? [] : [{ value: "(none)", label: t("editor.wait.none") }]),
          ...waitForms.map((form) => ({ value: form, label: t(`editor.wait.forms.${form}`) })),
        ]}
        value={isAbsent ? "(none)" : wait.form}
        onChange={(form) => choose(waitForms.find((each) => each === form) ?? null)}
      />
      {!isAbsent && <Parts wait={wait} set={set} />}
    </fieldset>
  );
}

function Parts({ wait, set }: { wait: Wait; set: (next: Wait) => void }) {
  const { t } = useTranslation();
  if (wait.form === "words") {
    return (
      <TextInput
        size="xs"
        aria-label={t("editor.wait.words")}
        description={t("editor.wait.wordsText")}
        inputWrapperOrder={["label", "input", "description", "error"]}
        value={wait.text}
        onChange={(event) => set({ form: "words", text: event.currentTarget.value })}
      />
    );
  }
  const part = (name: string, next: unknown) => set({ ...wait, [name]: next } as Wait);
  const choice = (name: string, value: string, options: readonly string[], prefix: string) => (
    <Select
      key={name}
      size="xs"
      aria-label={t(`editor.wait.${name}` as "editor.wait.unit")}
      allowDeselect={false}
      data={options.map((option) => ({
        value: option,
        label: t(`editor.wait.${prefix}.${option}` as "editor.wait.units.days"),
      }))}
      value={value}
      onChange={(next) => next !== null && part(name, next)}
    />
  );
  const input = (name: string, value: string, type: "time" | "date" | "text") => (
    <TextInput
      key={name}
      size="xs"
      type={type}
      aria-label={t(`editor.wait.${name}` as "editor.wait.unit")}
      placeholder={type === "text" ? t(`editor.wait.${name}` as "editor.wait.unit") : undefined}
      value={value}
      onChange={(event) => {
        const next = event.currentTarget.value;
        // A cleared time is none where there may be none, and else no time at all.
        if (next !== "" || type === "text" || "past" in wait) part(name, next);
      }}
    />
  );
  return (
    <div className={classes.waitParts}>
      {"count" in wait && (
        <NumberInput
          size="xs"
          aria-label={t("editor.wait.count")}
          min={wait.form === "attribute" ? 0 : 1}
          max={10_000}
          allowDecimal={false}
          allowNegative={false}
          value={wait.count}
          onChange={(next) => typeof next === "number" && part("count", next)}
        />
      )}
      {"unit" in wait && choice("unit", wait.unit, units, "units")}
      {"side" in wait && choice("side", wait.side, ["before", "after"], "sides")}
      {"attribute" in wait && input("attribute", wait.attribute, "text")}
      {"date" in wait && input("date", wait.date, "date")}
      {"from" in wait && input("from", wait.from, "time")}
      {"to" in wait && input("to", wait.to, "time")}
      {"time" in wait && input("time", wait.time, "time")}
      {"days" in wait && choice("days", wait.days, days, "dayNames")}
      {"past" in wait && choice("past", wait.past, pasts, "pasts")}
    </div>
  );
}
