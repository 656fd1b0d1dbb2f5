import { IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import classes from "./conditions.module.css";
import { FilterFields } from "./filter-fields";
import { type Question, replaced, withMembers, without } from "./model";
import { readFilter, valueText, writeFilter } from "./operators";
import { eventNamesQuery } from "./queries";
import { TextField } from "./text-field";

const filtersMax = 20;

export const textOf = (value: unknown) => (typeof value === "string" ? value : "");

interface Props {
  match: Question;
  onChange: (match: Question) => void;
}

/** The name of an event. */
export function EventName({ match, onChange }: Props) {
  const { t } = useTranslation();
  const known = useQuery(eventNamesQuery).data?.items ?? [];
  return (
    <TextField
      label={t("conditions.event")}
      value={textOf(match.event)}
      onChange={(event) => onChange({ ...match, event })}
      suggestions={known.map((each) => each.name)}
    />
  );
}

const filtersOf = (match: Question): unknown[] => (Array.isArray(match.where) ? match.where : []);

/** What must be true of the properties of the event; each on a line of its own. */
export function EventFilters({ match, onChange }: Props) {
  const { t } = useTranslation();
  const known = useQuery(eventNamesQuery).data?.items ?? [];
  const properties = known.find((each) => each.name === match.event)?.properties ?? [];
  const filters = filtersOf(match);
  const set = (next: unknown[]) =>
    onChange(withMembers(match, { where: next.length === 0 ? undefined : next }));
  return (
    <div className={classes.filters}>
      {filters.map((each, index) => {
        const filter = readFilter(each, "property");
        const found = properties.find((property) => property.name === filter?.path);
        return (
          <div key={index} className={classes.filter}>
            {index === 0 ? t("conditions.where") : t("conditions.andWhere")}
            {filter === null ? (
              <code className={classes.code}>{JSON.stringify(each)}</code>
            ) : (
              <FilterFields
                filter={filter}
                onChange={(next) => set(replaced(filters, index, writeFilter(next, "property")))}
                pathLabel={t("conditions.property")}
                paths={properties.map((property) => property.name)}
                types={found?.types ?? []}
                values={(found?.values ?? []).map(valueText)}
              />
            )}
            <button
              type="button"
              className={classes.link}
              aria-label={t("conditions.removeFilter")}
              onClick={() => set(without(filters, index))}
            >
              <IconX size={14} aria-hidden />
            </button>
          </div>
        );
      })}
      {filters.length < filtersMax && (
        <div>
          <button
            type="button"
            className={classes.link}
            onClick={() => set([...filters, { property: "", is: "" }])}
          >
            {t(filters.length === 0 ? "conditions.addWhere" : "conditions.addAndWhere")}
          </button>
        </div>
      )}
    </div>
  );
}
