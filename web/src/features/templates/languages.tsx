import { ActionIcon, Button, SegmentedControl, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Draft, DraftKeeper } from "@/drafts/draft-keeper";
import classes from "./languages.module.css";
import type { Doc } from "./document";
import { addLanguage, languagesOf, removeLanguage } from "./template-text";

const modalId = "new-language";

interface Props {
  draft: Draft;
  keeper: DraftKeeper;
  /** In the language of the template itself; a new one begins with its words. */
  first: Doc;
  value: string | null;
  onChange: (language: string | null) => void;
}

const languagesMax = 50;

/** As the server reads it: two or three letters, and more behind hyphens (RFC 5646). */
const languageTag = /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i;

/** In which of its languages the template is edited, and which it has. */
export function Languages({ draft, keeper, first, value, onChange }: Props) {
  const { t, i18n } = useTranslation();
  const languages = languagesOf(draft.text);
  const names = new Intl.DisplayNames([i18n.language], { type: "language", fallback: "code" });
  const own = typeof first.lang === "string" ? first.lang : "en";
  const add = () => {
    modals.open({
      modalId,
      title: t("templates.languages.add"),
      children: (
        <NewLanguage
          taken={[own, ...languages]}
          onAdd={(language) => {
            keeper.edit(addLanguage(draft.text, language, first));
            onChange(language);
            modals.close(modalId);
          }}
        />
      ),
    });
  };
  const remove = (language: string) =>
    modals.openConfirmModal({
      title: t("templates.languages.removeTitle", { language: names.of(language) }),
      children: t("templates.languages.removeText"),
      labels: { confirm: t("templates.languages.remove"), cancel: t("action.cancel") },
      confirmProps: { color: "red" },
      onConfirm: () => {
        onChange(null);
        keeper.edit(removeLanguage(draft.text, language));
      },
    });
  return (
    <div className={classes.bar}>
      {languages.length > 0 && (
        <SegmentedControl
          size="xs"
          aria-label={t("templates.languages.label")}
          value={value ?? ""}
          onChange={(next) => onChange(next === "" ? null : next)}
          data={[
            { value: "", label: names.of(own) ?? own },
            ...languages.map((language) => ({
              value: language,
              label: names.of(language) ?? language,
            })),
          ]}
        />
      )}
      {value !== null && (
        <ActionIcon
          variant="default"
          aria-label={t("templates.languages.remove")}
          title={t("templates.languages.remove")}
          onClick={() => remove(value)}
        >
          <IconTrash size={14} />
        </ActionIcon>
      )}
      <Button
        size="compact-sm"
        variant="subtle"
        leftSection={<IconPlus size={14} />}
        disabled={languages.length >= languagesMax}
        onClick={add}
      >
        {t("templates.languages.add")}
      </Button>
    </div>
  );
}

function NewLanguage({ taken, onAdd }: { taken: string[]; onAdd: (language: string) => void }) {
  const { t } = useTranslation();
  const [language, setLanguage] = useState("");
  const [error, setError] = useState<string | null>(null);
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        const typed = language.trim();
        if (!languageTag.test(typed)) setError(t("templates.languages.malformed"));
        else if (taken.includes(typed)) setError(t("templates.languages.taken"));
        else onAdd(typed);
      }}
    >
      <TextInput
        label={t("templates.languages.code")}
        description={t("templates.languages.codeText")}
        placeholder="de"
        value={language}
        error={error}
        onChange={(event) => setLanguage(event.currentTarget.value)}
        maxLength={35}
        data-autofocus
        required
      />
      <Button type="submit">{t("templates.languages.add")}</Button>
    </form>
  );
}
