import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Columns } from "./canvas";
import classes from "./composer.module.css";
import { type Block, type Column, keyOf, type Path, setIn } from "./document";
import { useEditing } from "./editing";
import { Frame } from "./frame";
import { useKindName } from "./names";
import { docOfLine, docOfText, words } from "./rich-text";
import { Nodes } from "./text-nodes";

const TextEditor = lazy(() =>
  import("./text-editor").then((module) => ({ default: module.TextEditor })),
);

/** One block on the canvas. What the message looks like is the preview's to say; this says what is in it. */
export function BlockView({ block, path }: { block: Block; path: Path }) {
  return (
    <Frame node={block} path={path}>
      <div className={classes.body} style={{ textAlign: alignOf(block.align) }}>
        <Body block={block} path={path} />
      </div>
    </Frame>
  );
}

function alignOf(align: unknown): "start" | "center" | "end" {
  if (align === "center") return "center";
  return align === "end" || align === "right" ? "end" : "start";
}

function Body({ block, path }: { block: Block; path: Path }) {
  const { t } = useTranslation();
  const kind = useKindName();
  switch (block.type) {
    case "heading":
      return <Words block={block} path={path} member="text" line className={classes.heading} />;
    case "text":
      return <Words block={block} path={path} member="text" />;
    case "quote":
      return <Words block={block} path={path} member="text" className={classes.quote} />;
    case "button":
      return <Words block={block} path={path} member="label" line className={classes.button} />;
    case "image":
      return <Picture block={block} />;
    case "divider":
      return <hr className={classes.divider} />;
    case "spacer":
      return (
        <div className={classes.spacer}>
          {t("templates.pixels", { count: Number(block.height) })}
        </div>
      );
    case "columns":
      return Array.isArray(block.cols) ? (
        <Columns cols={block.cols as Column[]} path={[...path, "cols"]} />
      ) : null;
    default:
      return (
        <div className={classes.other}>
          <strong>{kind(block.type)}</strong>{" "}
          {words(block.name ?? block.block ?? block.reason ?? block.html ?? "").slice(0, 120)}
        </div>
      );
  }
}

/** Words that are edited in place once their block is chosen. */
function Words(props: {
  block: Block;
  path: Path;
  member: string;
  line?: boolean;
  className?: string;
}) {
  const { block, path, member, line, className } = props;
  const { t } = useTranslation();
  const { doc, selected, edit } = useEditing();
  const key = keyOf(block);
  const value = block[member];
  const shown = line ? docOfLine(value) : docOfText(value);
  const still = (
    <div className={className}>
      {words(value) === "" ? (
        <span className={classes.nothing}>{t("templates.write")}</span>
      ) : (
        <Nodes nodes={shown.content ?? []} />
      )}
    </div>
  );
  if (selected !== key) return still;
  return (
    <Suspense fallback={still}>
      <div className={className}>
        <TextEditor
          label={t("templates.words")}
          value={shown}
          line={line ?? false}
          onChange={(next) => edit(setIn(doc, [...path, member], next), `${key}.${member}`)}
        />
      </div>
    </Suspense>
  );
}

const shownPicture = /^https:\/\/[^{}]+$/;

/** The address of a picture; nothing is loaded from elsewhere while one writes. */
function Picture({ block }: { block: Block }) {
  const { t } = useTranslation();
  const src = typeof block.src === "string" ? block.src : "";
  const name = block.logo === true ? t("templates.logo") : words(block.alt) || src;
  return (
    <div className={classes.picture}>
      {name || t("templates.kinds.image")}
      {src && !shownPicture.test(src) && <code> {src}</code>}
    </div>
  );
}
