import "@mantine/core/styles/InlineInput.css";
import "@mantine/core/styles/Switch.css";
import { ActionIcon, Button, SegmentedControl } from "@mantine/core";
import { useDebouncedValue, useHotkeys } from "@mantine/hooks";
import { IconArrowBackUp, IconArrowForwardUp, IconUpload } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { MessagePreview } from "@/components/message-preview";
import { Page, Panel } from "@/components/page";
import { RowsSkeleton } from "@/components/states";
import { Conflict } from "@/drafts/conflict";
import { useDefinitionDraft } from "@/drafts/definition-draft";
import type { Draft, DraftKeeper } from "@/drafts/draft-keeper";
import { DraftStatus } from "@/drafts/draft-status";
import { Canvas } from "./canvas";
import classes from "./composer.module.css";
import { type Doc, keyOf, getIn, pathInMessage } from "./document";
import { EditingContext } from "./editing";
import { Languages } from "./languages";
import { Palette } from "./palette";
import { Refused } from "./refused";
import { languagesOf, readTemplate } from "./template-text";
import { useDocument } from "./use-document";
import { useDrops } from "./use-drops";

// Shown once something is chosen, or the code is asked for.
const Inspector = lazy(() =>
  import("./inspector").then((module) => ({ default: module.Inspector })),
);
const HtmlFields = lazy(() =>
  import("./html-fields").then((module) => ({ default: module.HtmlFields })),
);
const Code = lazy(() => import("./code").then((module) => ({ default: module.Code })));

const previewDelay = 400;

/** Edits a template. What is written stays in this browser until it is published. */
export function Composer({ definition }: { definition: Schemas["Definition"] }) {
  const { t } = useTranslation();
  const { draft, keeper } = useDefinitionDraft(definition, false);
  const [wanted, setLanguage] = useState<string | null>(null);
  // The other version of a draft may lack it.
  const language = wanted !== null && languagesOf(draft.text).includes(wanted) ? wanted : null;
  const template = readTemplate(draft.text);
  const shown = language === null ? template : readTemplate(draft.text, language);
  const publish = (
    <Button
      leftSection={<IconUpload size={15} />}
      disabled={draft.state === "saved" || draft.state === "conflict"}
      loading={draft.state === "saving"}
      onClick={() => void keeper.save()}
    >
      {t("templates.publish")}
    </Button>
  );
  return (
    <Page
      fill
      title={template.name || definition.key}
      parent={{ to: "/templates", title: t("nav.templates") }}
      meta={<DraftStatus state={draft.state} autosave={false} />}
      actions={publish}
    >
      <Conflict draft={draft} keeper={keeper} />
      {template.document && shown.document ? (
        <>
          <Languages
            draft={draft}
            keeper={keeper}
            first={template.document}
            value={language}
            onChange={setLanguage}
          />
          <Blocks
            key={language}
            draft={draft}
            keeper={keeper}
            first={shown.document}
            language={language}
          />
        </>
      ) : (
        <Html draft={draft} keeper={keeper} />
      )}
    </Page>
  );
}

type Side = "settings" | "preview" | "code";
const sides: readonly Side[] = ["settings", "preview", "code"];

interface BlocksProps {
  draft: Draft;
  keeper: DraftKeeper;
  first: Doc;
  /** Null is that of the template itself. */
  language: string | null;
}

function Blocks({ draft, keeper, first, language }: BlocksProps) {
  const { t } = useTranslation();
  const editing = useDocument(draft, keeper, first, language);
  const [side, setSide] = useState<Side>("preview");
  const [shown] = useDebouncedValue(draft.text, previewDelay);
  useDrops(editing);
  useHotkeys(
    [
      ["mod+Z", editing.undo],
      ["mod+shift+Z", editing.redo],
      ["mod+Y", editing.redo],
    ],
    // A field undoes its own typing.
    ["INPUT", "TEXTAREA", "SELECT"],
    true,
  );
  useHotkeys([["mod+S", () => void keeper.save()]], [], true);
  const select = (key: string | null) => {
    editing.select(key);
    if (key !== null) setSide("settings");
  };
  const go = (message: string) => {
    const path = pathInMessage(message);
    const node = path ? getIn(editing.doc, path) : undefined;
    if (typeof node === "object" && node !== null) select(keyOf(node));
  };
  return (
    <EditingContext value={{ ...editing, select }}>
      <div className={classes.tools}>
        <Palette />
        <div className={classes.undo}>
          <ActionIcon
            variant="default"
            size={30}
            aria-label={t("templates.undo")}
            title={`${t("templates.undo")} (Ctrl Z)`}
            disabled={!editing.canUndo}
            onClick={editing.undo}
          >
            <IconArrowBackUp size={16} />
          </ActionIcon>
          <ActionIcon
            variant="default"
            size={30}
            aria-label={t("templates.redo")}
            title={`${t("templates.redo")} (Ctrl Shift Z)`}
            disabled={!editing.canRedo}
            onClick={editing.redo}
          >
            <IconArrowForwardUp size={16} />
          </ActionIcon>
        </div>
      </div>
      <Refused error={draft.error} go={go} />
      <div className={classes.columns}>
        <Canvas />
        <div className={classes.side}>
          <SegmentedControl
            size="xs"
            fullWidth
            aria-label={t("templates.side")}
            value={side}
            onChange={(next) => setSide(sides.find((each) => each === next) ?? "settings")}
            data={sides.map((value) => ({ value, label: t(`templates.sides.${value}`) }))}
          />
          <Panel className={classes.sidePanel}>
            <Suspense fallback={<RowsSkeleton rows={6} />}>
              {side === "settings" ? (
                <Inspector />
              ) : side === "preview" ? (
                <MessagePreview request={{ definition: shown, language: language ?? undefined }} />
              ) : (
                <Code draft={draft} keeper={keeper} />
              )}
            </Suspense>
          </Panel>
        </div>
      </div>
    </EditingContext>
  );
}

/** A template in HTML: its words as text, beside how they look. */
function Html({ draft, keeper }: { draft: Draft; keeper: DraftKeeper }) {
  const [shown] = useDebouncedValue(draft.text, previewDelay);
  return (
    <>
      <Refused error={draft.error} />
      <div className={classes.columns}>
        <Panel className={classes.scroll}>
          <Suspense fallback={<RowsSkeleton rows={6} />}>
            <HtmlFields draft={draft} keeper={keeper} />
          </Suspense>
        </Panel>
        <Panel className={classes.sidePanel}>
          <MessagePreview request={{ definition: shown }} />
        </Panel>
      </div>
    </>
  );
}
