import { IconHourglass } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useNumber } from "@/components/number";
import classes from "./companies.module.css";
import type { ShownScore } from "./queries";

/** Says which scores are not whole yet, so that nobody takes their numbers for more. */
export function Building({ scores }: { scores: ShownScore[] }) {
  const { t } = useTranslation();
  const number = useNumber();
  const parts = scores.filter((score) => score.state !== "ready");
  if (parts.length === 0) return null;
  return (
    <div className={classes.building} role="status">
      <IconHourglass size={15} aria-hidden />
      <div>
        {parts.map((score) => (
          <div key={score.key}>
            {score.state === "building"
              ? t("companies.building", {
                  name: score.name,
                  percent: number(score.progress?.percent ?? 0),
                })
              : t("companies.incomplete", { name: score.name })}
          </div>
        ))}
      </div>
    </div>
  );
}
