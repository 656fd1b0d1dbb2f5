import { ActionIcon } from "@mantine/core";
import {
  IconBold,
  IconBraces,
  IconItalic,
  IconLink,
  IconList,
  IconListNumbers,
  IconUnderline,
} from "@tabler/icons-react";
import { type Editor, EditorContent, useEditor, useEditorState } from "@tiptap/react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./composer.module.css";
import { lineOfDoc, textOfDoc, type TextNode } from "./rich-text";
import { textExtensions } from "./text-extensions";
import { LinkForm, VariableForm } from "./text-forms";
import { Nodes } from "./text-nodes";

interface Props {
  label: string;
  value: TextNode;
  /** One line: no paragraphs, no lists. */
  line: boolean;
  onChange: (value: unknown) => void;
}

/** Words of a block, with variables as chips. What was is the page's to undo, not the editor's. */
export function TextEditor({ label, value, line, onChange }: Props) {
  const { t } = useTranslation();
  const read = (doc: unknown) => (line ? lineOfDoc(doc as TextNode) : textOfDoc(doc as TextNode));
  // A node that the editor does not know would be lost by it: then the words are changed as text.
  const [unknown, setUnknown] = useState(false);
  const editor = useEditor({
    enableContentCheck: true,
    onContentError: () => setUnknown(true),
    extensions: textExtensions,
    content: value,
    // The policy lets in no styles that a script writes; ours stand in the style sheet.
    injectCSS: false,
    autofocus: "end",
    editorProps: {
      attributes: { role: "textbox", "aria-multiline": String(!line), "aria-label": label },
      handleKeyDown: (_view, event) => line && event.key === "Enter",
    },
    onUpdate: ({ editor: changed }) => onChange(read(changed.getJSON())),
  });
  // Undo, or somebody else's version: what stands in the document is what the editor shows.
  const wanted = JSON.stringify(read(value));
  useEffect(() => {
    if (!editor || JSON.stringify(read(editor.getJSON())) === wanted) return;
    editor.commands.setContent(value, { emitUpdate: false });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `wanted` is what counts of `value`
  }, [editor, wanted]);
  if (!editor) return null;
  if (unknown) {
    return (
      <>
        <Nodes nodes={value.content ?? []} />
        <p className={classes.hint}>{t("templates.nodes")}</p>
      </>
    );
  }
  return (
    <div className={classes.editor}>
      <Toolbar editor={editor} line={line} />
      <EditorContent editor={editor} />
    </div>
  );
}

type Form = "link" | "variable" | null;

function Toolbar({ editor, line }: { editor: Editor; line: boolean }) {
  const { t } = useTranslation();
  const [form, setForm] = useState<Form>(null);
  const state = useEditorState({
    editor,
    selector: ({ editor: now }) => ({
      bold: now.isActive("bold"),
      italic: now.isActive("italic"),
      underline: now.isActive("underline"),
      bulletList: now.isActive("bulletList"),
      orderedList: now.isActive("orderedList"),
      link: now.isActive("link"),
      variable: now.isActive("liquidVar"),
    }),
  });
  const marks = [
    { name: "bold", icon: IconBold, run: () => editor.chain().focus().toggleBold().run() },
    { name: "italic", icon: IconItalic, run: () => editor.chain().focus().toggleItalic().run() },
    {
      name: "underline",
      icon: IconUnderline,
      run: () => editor.chain().focus().toggleUnderline().run(),
    },
  ] as const;
  const lists = [
    {
      name: "bulletList",
      icon: IconList,
      run: () => editor.chain().focus().toggleBulletList().run(),
    },
    {
      name: "orderedList",
      icon: IconListNumbers,
      run: () => editor.chain().focus().toggleOrderedList().run(),
    },
  ] as const;
  const forms = [
    { name: "link", icon: IconLink },
    { name: "variable", icon: IconBraces },
  ] as const;
  return (
    <div className={classes.textTools}>
      <div role="toolbar" aria-label={t("templates.words")}>
        {[...marks, ...(line ? [] : lists)].map((each) => (
          <ActionIcon
            key={each.name}
            variant={state[each.name] ? "light" : "subtle"}
            color={state[each.name] ? "indigo" : "gray"}
            size={26}
            aria-label={t(`templates.tools.${each.name}`)}
            aria-pressed={state[each.name]}
            onClick={each.run}
          >
            <each.icon size={15} />
          </ActionIcon>
        ))}
        {forms.map((each) => (
          <ActionIcon
            key={each.name}
            variant={form === each.name || state[each.name] ? "light" : "subtle"}
            color={form === each.name || state[each.name] ? "indigo" : "gray"}
            size={26}
            aria-label={t(`templates.tools.${each.name}`)}
            aria-expanded={form === each.name}
            onClick={() => setForm(form === each.name ? null : each.name)}
          >
            <each.icon size={15} />
          </ActionIcon>
        ))}
      </div>
      {form === "link" && <LinkForm editor={editor} done={() => setForm(null)} />}
      {form === "variable" && <VariableForm editor={editor} done={() => setForm(null)} />}
    </div>
  );
}
