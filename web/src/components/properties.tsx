import { useTranslation } from "react-i18next";
import classes from "./properties.module.css";

/** Any JSON value for a reader. */
export function Value({ value }: { value: unknown }) {
  const { t, i18n } = useTranslation();
  if (value === null || value === undefined) return <>{t("value.none")}</>;
  if (value === true) return <>{t("value.yes")}</>;
  if (value === false) return <>{t("value.no")}</>;
  if (typeof value === "number") return <>{new Intl.NumberFormat(i18n.language).format(value)}</>;
  if (typeof value === "string") return <>{value}</>;
  if (Array.isArray(value) && value.every((item) => typeof item !== "object")) {
    return <>{value.join(", ")}</>;
  }
  return <pre className={classes.json}>{JSON.stringify(value, null, 2)}</pre>;
}

export function Properties({ values }: { values: Record<string, unknown> }) {
  return (
    <dl className={classes.list}>
      {Object.entries(values).map(([name, value]) => (
        <div key={name} style={{ display: "contents" }}>
          <dt>{name}</dt>
          <dd>
            <Value value={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The first few properties on one line. */
export function propertiesLine(values: Record<string, unknown>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== null && typeof value !== "object")
    .slice(0, 4)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(" · ");
}
