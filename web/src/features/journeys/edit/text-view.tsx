import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import classes from "./editor.module.css";
import { useEditing } from "./editing";
import type { Located } from "./problems";

interface Props {
  located: readonly Located[];
  /** The line that is to be shown, from 1; 0 is none. */
  line: number;
}

/** The whole definition as text. */
export function TextView({ located, line }: Props) {
  const { t } = useTranslation();
  const { draft, editText } = useEditing();
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (line < 1 || !area.current) return;
    const lines = area.current.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
    area.current.focus();
    area.current.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  }, [line]);
  const count = draft.text.split("\n").length;
  const marked = new Set(located.map(({ problem }) => problem.line));
  return (
    <div className={classes.text}>
      <div className={classes.gutter} aria-hidden>
        {Array.from({ length: count }, (_, index) => (
          <div key={index} data-marked={marked.has(index + 1)}>
            {index + 1}
          </div>
        ))}
      </div>
      <textarea
        ref={area}
        aria-label={t("editor.text")}
        value={draft.text}
        rows={count + 1}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        wrap="off"
        onChange={(event) => editText(event.currentTarget.value)}
      />
    </div>
  );
}
