import { Button, TextInput } from "@mantine/core";
import type { Editor } from "@tiptap/react";
import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./composer.module.css";

interface Props {
  editor: Editor;
  done: () => void;
}

/** What is often said; any other expression of Liquid can be typed. */
const usual = [
  "contact.firstName",
  "contact.lastName",
  "contact.email",
  "event.name",
  "event.total",
  "workspace.name",
];
const expressionBytesMax = 500;

/** Within the form of nothing: Enter must not reach what is around it. */
const submitting = (run: () => void) => (event: FormEvent) => {
  event.preventDefault();
  event.stopPropagation();
  run();
};

/** Puts a variable in, or changes the one that is chosen. */
export function VariableForm({ editor, done }: Props) {
  const { t } = useTranslation();
  const list = useId();
  const chosen = editor.isActive("liquidVar") ? editor.getAttributes("liquidVar") : null;
  const [expr, setExpr] = useState(String(chosen?.expr ?? ""));
  const [fallback, setFallback] = useState(String(chosen?.fallback ?? ""));
  const put = () => {
    if (!expr.trim()) return;
    const attrs = { expr: expr.trim(), fallback: fallback === "" ? null : fallback };
    editor.chain().focus().insertContent({ type: "liquidVar", attrs }).run();
    done();
  };
  return (
    <form className={classes.inlineForm} onSubmit={submitting(put)}>
      <TextInput
        label={t("templates.expression")}
        placeholder="contact.firstName"
        list={list}
        value={expr}
        onChange={(event) => setExpr(event.currentTarget.value)}
        maxLength={expressionBytesMax}
        autoFocus
        required
      />
      <datalist id={list}>
        {usual.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </datalist>
      <TextInput
        label={t("templates.fallback")}
        value={fallback}
        onChange={(event) => setFallback(event.currentTarget.value)}
        maxLength={expressionBytesMax}
      />
      <Button type="submit">{t("templates.put")}</Button>
    </form>
  );
}

/** Makes what is chosen a link; an empty address takes it off. */
export function LinkForm({ editor, done }: Props) {
  const { t } = useTranslation();
  const [href, setHref] = useState(String(editor.getAttributes("link").href ?? ""));
  const put = () => {
    const chain = editor.chain().focus().extendMarkRange("link");
    if (href.trim()) chain.setMark("link", { href: href.trim() }).run();
    else chain.unsetMark("link").run();
    done();
  };
  return (
    <form className={classes.inlineForm} onSubmit={submitting(put)}>
      <TextInput
        label={t("templates.fields.href")}
        placeholder="https://"
        value={href}
        onChange={(event) => setHref(event.currentTarget.value)}
        autoFocus
      />
      <Button type="submit">{t("templates.put")}</Button>
    </form>
  );
}
