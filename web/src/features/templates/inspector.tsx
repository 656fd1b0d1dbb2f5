import { Select, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./composer.module.css";
import { type Block, change, type Doc, getIn, keyOf, type Node, type Row } from "./document";
import { useEditing } from "./editing";
import { AsText } from "./as-text";
import { BlockFields } from "./block-fields";
import { Always } from "./always-fields";
import { ColumnCount } from "./column-count";
import { Brand } from "./brand";
import { useNodeName } from "./names";

/** What can be set of what is chosen: a block, a row, else the message. */
export function Inspector() {
  const { t } = useTranslation();
  const name = useNodeName();
  const { doc, path, edit } = useEditing();
  const node = path ? (getIn(doc, path) as Node | undefined) : undefined;
  if (!path || !node) return <MessageFields doc={doc} edit={edit} />;
  const key = keyOf(node);
  const set = (members: Node, what?: string) =>
    edit(change(doc, path, members), what && `${key}.${what}`);
  return (
    <div className={classes.fields} key={key}>
      <h2>{name(node)}</h2>
      {typeof node.type === "string" ? (
        <BlockFields block={node as Block} set={set} />
      ) : (
        <RowFields row={node as Row} set={set} />
      )}
      <Always node={node} set={set} />
      <AsText key={`${key} text`} node={node} path={path} />
      <p className={classes.hint}>{t("templates.keys")}</p>
    </div>
  );
}

export type Set = (members: Node, what?: string) => void;

function RowFields({ row, set }: { row: Row; set: Set }) {
  const { t } = useTranslation();
  const named = row.bg === undefined || row.bg === "surface" || row.bg === "page";
  return (
    <>
      <Select
        size="xs"
        label={t("templates.background")}
        data={[
          { value: "surface", label: t("templates.backgrounds.surface") },
          { value: "page", label: t("templates.backgrounds.page") },
          ...(named ? [] : [{ value: String(row.bg), label: String(row.bg) }]),
        ]}
        value={row.bg === undefined ? "surface" : String(row.bg)}
        onChange={(bg) => set({ bg: bg === "surface" ? undefined : (bg ?? undefined) })}
        allowDeselect={false}
      />
      <ColumnCount holder={row} set={set} />
    </>
  );
}

function MessageFields({ doc, edit }: { doc: Doc; edit: (next: Doc, what?: string) => void }) {
  const { t } = useTranslation();
  const field = (member: "subject" | "preheader") => {
    const value = typeof doc[member] === "string" ? (doc[member] as string) : "";
    return (
      <TextInput
        label={t(`templates.${member}`)}
        description={t("templates.length", { count: [...value].length })}
        inputWrapperOrder={["label", "input", "description", "error"]}
        value={value}
        onChange={(event) => {
          const next = event.currentTarget.value;
          const kept = next === "" && member === "preheader" ? undefined : next;
          edit(change(doc, [], { [member]: kept }), member);
        }}
      />
    );
  };
  return (
    <div className={classes.fields}>
      <h2>{t("templates.message")}</h2>
      {field("subject")}
      {field("preheader")}
      <Brand doc={doc} edit={edit} />
      <p className={classes.hint}>
        {t("templates.messageText", { example: "{{ contact.firstName }}" })}
      </p>
    </div>
  );
}
