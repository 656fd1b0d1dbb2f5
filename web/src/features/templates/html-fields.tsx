import { Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Draft, DraftKeeper } from "@/drafts/draft-keeper";
import classes from "./composer.module.css";
import { readTemplate, writeMembers } from "./template-text";

/** Name, subject and HTML of a template without a document. */
export function HtmlFields({ draft, keeper }: { draft: Draft; keeper: DraftKeeper }) {
  const { t } = useTranslation();
  const template = readTemplate(draft.text);
  const change = (members: Record<string, string>) =>
    keeper.edit(writeMembers(draft.text, members));
  return (
    <div className={classes.fields}>
      <TextInput
        label={t("templates.name")}
        value={template.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <TextInput
        label={t("templates.subject")}
        value={template.subject}
        onChange={(event) => change({ subject: event.currentTarget.value })}
      />
      <Textarea
        label={t("templates.html")}
        description={t("templates.htmlText")}
        value={template.html}
        onChange={(event) => change({ html: event.currentTarget.value })}
        spellCheck={false}
        autosize
        minRows={14}
        classNames={{ input: classes.code }}
      />
    </div>
  );
}
