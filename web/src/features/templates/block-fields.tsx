import { Select, Switch, Textarea, TextInput } from "@mantine/core";
import { lazy, Suspense } from "react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ColumnCount } from "./column-count";
import classes from "./composer.module.css";
import type { Block } from "./document";
import { EachFields } from "./each-fields";
import type { Set } from "./inspector";
import { LinkList } from "./link-list";
import { NumberField } from "./number-field";
import { PictureField } from "./picture-field";
import { savedBlocksQuery } from "./queries";

const TableFields = lazy(() =>
  import("./table-fields").then((module) => ({ default: module.TableFields })),
);

type Field =
  | { kind: "text" | "long" | "flag" | "saved" | "picture"; member: Name }
  | { kind: "number"; member: Name; min: number; max: number; otherwise?: number };

type Name =
  | "href"
  | "src"
  | "alt"
  | "width"
  | "height"
  | "wide"
  | "logo"
  | "level"
  | "size"
  | "color"
  | "textColor"
  | "thickness"
  | "author"
  | "name"
  | "description"
  | "price"
  | "oldPrice"
  | "label"
  | "until"
  | "ended"
  | "empty"
  | "block"
  | "reason"
  | "unsubscribe"
  | "preferences"
  | "html";

const text = (member: Name): Field => ({ kind: "text", member });
const picture: Field = { kind: "picture", member: "src" };
const number = (member: Name, min: number, max: number, otherwise?: number): Field => ({
  kind: "number",
  member,
  min,
  max,
  otherwise,
});

/** What can be set of a kind of block; words are written on the canvas, and all else as text. */
const fieldsOf: Record<string, Field[]> = {
  heading: [number("level", 1, 4, 1), text("color")],
  text: [number("size", 11, 40), text("color")],
  button: [
    text("href"),
    { kind: "flag", member: "wide" },
    number("width", 60, 600),
    text("color"),
    text("textColor"),
  ],
  image: [
    { kind: "flag", member: "logo" },
    picture,
    text("alt"),
    text("href"),
    number("width", 1, 800),
  ],
  divider: [text("color"), number("thickness", 1, 20, 1), number("width", 1, 100, 100)],
  spacer: [number("height", 1, 200)],
  quote: [text("author")],
  "video-thumb": [picture, text("href"), text("alt"), text("label")],
  product: [
    text("name"),
    picture,
    text("alt"),
    text("description"),
    text("price"),
    text("oldPrice"),
    text("href"),
    text("label"),
  ],
  "list-repeat": [text("empty")],
  countdown: [text("until"), text("ended")],
  "saved-block": [{ kind: "saved", member: "block" }],
  "legal-footer": [text("reason"), text("unsubscribe"), text("preferences")],
  raw: [{ kind: "long", member: "html" }],
};

export function BlockFields({ block, set }: { block: Block; set: Set }) {
  return (
    <>
      {block.type === "columns" && <ColumnCount holder={block} set={set} />}
      {block.type === "table" && (
        <Suspense>
          <TableFields block={block} set={set} />
        </Suspense>
      )}
      {block.type === "menu" && <LinkList block={block} set={set} member="items" />}
      {block.type === "social" && <LinkList block={block} set={set} member="links" />}
      {block.type === "list-repeat" && <EachFields block={block} set={set} />}
      {(fieldsOf[block.type] ?? []).map((field) => (
        <OneField key={field.member} field={field} block={block} set={set} />
      ))}
    </>
  );
}

function OneField({ field, block, set }: { field: Field; block: Block; set: Set }) {
  const { t } = useTranslation();
  const { member } = field;
  const label = t(`templates.fields.${member}`);
  const value = block[member];
  switch (field.kind) {
    case "flag":
      return (
        <Switch
          size="xs"
          label={label}
          checked={value === true}
          onChange={(event) => set({ [member]: event.currentTarget.checked ? true : undefined })}
        />
      );
    case "number":
      return (
        <NumberField
          {...field}
          label={label}
          value={value}
          onChange={(next) => set({ [member]: next }, member)}
        />
      );
    case "picture":
      return (
        <PictureField
          label={label}
          value={typeof value === "string" ? value : ""}
          onChange={(src) => set({ src: src === "" ? undefined : src }, member)}
        />
      );
    case "saved":
      return <SavedBlock label={label} value={value} set={set} />;
    case "long":
      return (
        <Textarea
          label={label}
          value={typeof value === "string" ? value : ""}
          onChange={(event) => set({ [member]: event.currentTarget.value }, member)}
          spellCheck={false}
          autosize
          minRows={8}
          maxRows={24}
          classNames={{ input: classes.code }}
        />
      );
    case "text":
      // Words with variables are nodes, which a field would flatten.
      if (typeof value === "object" && value !== null) {
        return <TextInput label={label} value={t("templates.nodes")} disabled />;
      }
      return (
        <TextInput
          label={label}
          value={value === undefined ? "" : String(value)}
          onChange={(event) => {
            const typed = event.currentTarget.value;
            // Empty is a word of its own here: a picture that says nothing.
            const kept = typed === "" && member !== "alt" ? undefined : typed;
            set({ [member]: kept }, member);
          }}
        />
      );
  }
}

function SavedBlock({ label, value, set }: { label: string; value: unknown; set: Set }) {
  const keys = useQuery(savedBlocksQuery).data ?? [];
  const chosen = typeof value === "string" ? value : null;
  return (
    <Select
      size="xs"
      label={label}
      data={chosen && !keys.includes(chosen) ? [chosen, ...keys] : keys}
      value={chosen}
      onChange={(block) => set({ block: block ?? undefined })}
      allowDeselect={false}
      searchable
    />
  );
}
