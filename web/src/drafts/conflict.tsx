import { Button } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Panel } from "@/components/page";
import type { Draft, DraftKeeper } from "./draft-keeper";
import classes from "./drafts.module.css";
import { lineDifferences } from "./line-differences";

interface Props {
  draft: Draft;
  keeper: DraftKeeper;
}

/** Two people have written: both texts are shown, and one is chosen to go on with. Neither is lost. */
export function Conflict({ draft, keeper }: Props) {
  const { t } = useTranslation();
  if (draft.state !== "conflict" || draft.theirs === null) {
    if (draft.given === null) return null;
    return (
      <div className={classes.given} role="status">
        {t("drafts.given")}
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconArrowBackUp size={14} />}
          onClick={() => keeper.takeBack()}
        >
          {t("drafts.takeBack")}
        </Button>
      </div>
    );
  }
  const lines = lineDifferences(draft.theirs.text, draft.text);
  return (
    <div className={classes.conflict} role="alert">
      <Panel title={t("drafts.conflictTitle")}>
        <p>{t("drafts.conflictText")}</p>
        <pre className={classes.lines} tabIndex={0} aria-label={t("drafts.differences")}>
          {lines.map((line, index) => (
            <span key={index} data-side={line.side}>
              {line.side === "both" ? "  " : line.side === "theirs" ? "− " : "+ "}
              {line.text}
              {"\n"}
            </span>
          ))}
        </pre>
        <div className={classes.choices}>
          <Button onClick={() => void keeper.keepMine()}>{t("drafts.keepMine")}</Button>
          <Button variant="default" onClick={() => keeper.takeTheirs()}>
            {t("drafts.takeTheirs")}
          </Button>
        </div>
      </Panel>
    </div>
  );
}
