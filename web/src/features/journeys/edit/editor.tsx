import "@mantine/core/styles/InlineInput.css";
import "@mantine/core/styles/Pill.css";
import "@mantine/core/styles/PillsInput.css";
import "@mantine/core/styles/Switch.css";
import { Button, SegmentedControl } from "@mantine/core";
import { useDebouncedValue, useHotkeys, useMediaQuery } from "@mantine/hooks";
import { IconArrowLeft, IconTestPipe, IconUpload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Allowed } from "@/components/allowed";
import { Page, Panel } from "@/components/page";
import { Conflict } from "@/drafts/conflict";
import { unpublishedRev, useDefinitionDraft } from "@/drafts/definition-draft";
import { DraftStatus } from "@/drafts/draft-status";
import { Canvas } from "./canvas";
import classes from "./editor.module.css";
import { EditingContext } from "./editing";
import { Inspector } from "./inspector";
import { textOf } from "./model/definition";
import { openAbout } from "./ask";
import { Outline } from "./outline";
import { Palette } from "./palette";
import { ProblemList } from "./problem-list";
import { byStep, locate } from "./problems";
import { PublishDialog } from "./publish-dialog";
import { type Definition, planQuery, type Simulation } from "./queries";
import type { Shown } from "./shown";
import { SimulationPanel } from "./simulation/simulation-panel";
import { TextView } from "./text-view";
import { UndoButtons } from "./undo-buttons";
import { useDrops } from "./use-drops";
import { useHere } from "./use-here";
import { useJourneyEditing } from "./use-editing";

const checkDelay = 800;
const views = ["canvas", "outline", "text"] as const;
type View = (typeof views)[number];

/** The editor of one journey; what is written stays in this browser until it is published. */
export function Editor({ definition }: { definition: Definition }) {
  const { t } = useTranslation();
  const { key } = definition;
  const { draft, keeper } = useDefinitionDraft(definition, false);
  const editing = useJourneyEditing(key, draft, keeper);
  const narrow = useMediaQuery("(max-width: 62em)") ?? false;
  const [chosenView, setView] = useState<View | null>(null);
  const [testing, setTesting] = useState(false);
  const [open, setOpen] = useState(false);
  const [line, setLine] = useState(0);
  const [simulation, setSimulation] = useState<Simulation | null>(null);
  const [checkedText] = useDebouncedValue(draft.text, checkDelay);
  const plan = useQuery({ ...planQuery(key, checkedText), enabled: checkedText !== "" });
  const located = locate(checkedText, plan.data?.problems ?? []);
  const problems = byStep(located);
  const shown: Shown = { problems, here: useHere(key), path: testing ? pathOf(simulation) : null };
  const view = chosenView ?? (narrow ? "outline" : "canvas");
  const isNew = draft.base.rev === unpublishedRev;
  const dragging = useDrops(editing);
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
  const show = (id: string | null) => {
    editing.select(id);
    setTesting(false);
    setOpen(true);
  };
  const go = (step: string | null, atLine: number) => {
    if (view === "text") setLine(atLine);
    else show(step);
  };
  const publish = () =>
    openAbout(
      editing,
      isNew ? t("editor.startTitle") : t("editor.publishTitle"),
      <PublishDialog definition={definition} go={go} />,
      "lg",
    );
  const side = testing ? (
    <SimulationPanel
      journey={key}
      text={draft.text}
      result={simulation}
      setResult={setSimulation}
    />
  ) : (
    <Inspector problems={problems} />
  );
  return (
    <EditingContext value={editing}>
      <Page
        fill={!narrow}
        title={textOf(editing.journey.name) || key}
        parent={
          isNew
            ? { to: "/journeys", title: t("nav.journeys") }
            : { to: `/journeys/${key}`, title: t("editor.overview") }
        }
        meta={<DraftStatus state={draft.state} autosave={false} />}
        actions={
          <>
            <Button
              variant={testing ? "light" : "default"}
              aria-pressed={testing}
              leftSection={<IconTestPipe size={15} />}
              onClick={() => {
                setTesting(!testing);
                setOpen(true);
              }}
            >
              {t("editor.test")}
            </Button>
            <Allowed to="write">
              <Button
                leftSection={<IconUpload size={15} />}
                disabled={draft.state === "saved" || draft.state === "conflict"}
                onClick={publish}
              >
                {isNew ? t("editor.start") : t("editor.publish")}
              </Button>
            </Allowed>
          </>
        }
      >
        <Conflict draft={draft} keeper={keeper} />
        <div className={classes.tools}>
          <SegmentedControl
            size="xs"
            aria-label={t("editor.view")}
            value={view}
            onChange={(next) => setView(views.find((each) => each === next) ?? "canvas")}
            data={views.map((value) => ({ value, label: t(`editor.views.${value}`) }))}
          />
          <UndoButtons />
          <ProblemList
            located={located}
            checked={plan.data !== undefined && checkedText === draft.text}
            go={go}
          />
        </div>
        {editing.unreadable && (
          <p className={classes.unreadable} role="alert">
            {t("editor.unreadable")}
          </p>
        )}
        {narrow && open && (
          <>
            <Button
              mb="xs"
              variant="default"
              leftSection={<IconArrowLeft size={15} />}
              onClick={() => setOpen(false)}
            >
              {t("editor.toSteps")}
            </Button>
            <Panel>{side}</Panel>
          </>
        )}
        <div
          className={classes.columns}
          hidden={narrow && open}
          data-dragging={dragging}
          data-view={view}
        >
          {view === "canvas" && !narrow && <Palette />}
          {view === "canvas" ? (
            <Canvas shown={shown} />
          ) : view === "outline" ? (
            <Panel className={classes.scroll}>
              <Outline shown={shown} open={show} />
            </Panel>
          ) : (
            <Panel className={classes.scroll}>
              <TextView located={located} line={line} />
            </Panel>
          )}
          {!narrow && <Panel className={classes.side}>{side}</Panel>}
        </div>
      </Page>
    </EditingContext>
  );
}

function pathOf(simulation: Simulation | null): ReadonlySet<string> | null {
  if (!simulation) return null;
  const own = simulation.happenings.filter((each) => each.journey === simulation.journey);
  return new Set(own.flatMap((each) => (each.step === null ? [] : [each.step])));
}
