import { modals } from "@mantine/modals";
import type { CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import { useStepSummary, useStepTitle, useWayLabel } from "./describe";
import classes from "./editor.module.css";
import { useEditing } from "./editing";
import { placesFor } from "./places";

/** Where a step is to stand: every place there is, as a list. */
export function MoveDialog({ id }: { id: string }) {
  const { t } = useTranslation();
  const { journey, move } = useEditing();
  const title = useStepTitle();
  const summary = useStepSummary();
  const wayLabel = useWayLabel();
  const places = placesFor(journey, id);
  return (
    <ul className={classes.places}>
      {places.map(({ place, depth, after, of, way }) => (
        <li
          key={`${place.list.join("/")}/${place.index}`}
          style={{ "--depth": depth } as CSSProperties}
        >
          <button
            type="button"
            onClick={() => {
              modals.closeAll();
              move(id, place);
            }}
          >
            {after
              ? t("editor.place.after", { title: title(after), summary: summary(after) })
              : of && way
                ? t("editor.place.first", { title: title(of), way: wayLabel(of, way) })
                : t("editor.place.begin")}
          </button>
        </li>
      ))}
    </ul>
  );
}
