import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { parseDocument } from "yaml";
import type { Draft, DraftKeeper } from "@/drafts/draft-keeper";
import classes from "./composer.module.css";

/** The whole definition as text; it is taken over once it can be read. */
export function Code({ draft, keeper }: { draft: Draft; keeper: DraftKeeper }) {
  const { t } = useTranslation();
  const [text, setText] = useState(draft.text);
  const [base, setBase] = useState(draft.text);
  // A change on the canvas shows here as long as nothing is typed here.
  if (base !== draft.text) {
    if (text === base) setText(draft.text);
    setBase(draft.text);
  }
  const problem = parseDocument(text).errors[0]?.message.split("\n")[0];
  return (
    <div className={classes.fields}>
      <Textarea
        label={t("templates.code")}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        error={problem}
        spellCheck={false}
        autosize
        minRows={12}
        maxRows={30}
        classNames={{ input: classes.code }}
      />
      <Button
        disabled={text === draft.text || problem !== undefined}
        onClick={() => keeper.edit(text)}
      >
        {t("templates.takeOver")}
      </Button>
    </div>
  );
}
