import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import { useNumber } from "@/components/number";
import classes from "./conditions.module.css";
import type { useCount } from "./queries";

interface Props {
  count: ReturnType<typeof useCount>;
  /** Something is still to be filled in. */
  unfinished: boolean;
}

/** How many contacts the whole condition holds for. */
export function Total({ count, unfinished }: Props) {
  const { t } = useTranslation();
  const number = useNumber();
  const { data, error } = count;
  if (unfinished) {
    return (
      <div className={classes.total} role="status">
        <span className={classes.dim}>{t("conditions.notCounted")}</span>
      </div>
    );
  }
  if (error) {
    const known = error instanceof ApiError && error.field;
    return (
      <div className={classes.total} role="status">
        <span className={classes.dim}>
          {known ? t("conditions.notCounted") : t("conditions.countFailed")}{" "}
          {(!known || error.field === "where") && error.message}
        </span>
      </div>
    );
  }
  if (!data) {
    return (
      <div className={classes.total} role="status">
        <span className={classes.dim}>{t("conditions.counting")}</span>
      </div>
    );
  }
  return (
    <div className={classes.total} role="status">
      <span className={`${classes.big} num`}>
        {!data.exact && "≈ "}
        {t("conditions.people", { count: data.count, number: number(data.count) })}
      </span>
      <span className={classes.dim}>
        {t("conditions.ofAll", { number: number(data.total) })}
        {data.margin !== null && ` · ${t("conditions.margin", { number: number(data.margin) })}`}
        {data.state !== "ready" && ` · ${t(`conditions.state.${data.state}`)}`}
      </span>
    </div>
  );
}
