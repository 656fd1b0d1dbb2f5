import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { FilterFields } from "./filter-fields";
import type { Question } from "./model";
import { readFilter, valueText, writeFilter } from "./operators";
import { attributesQuery, attributeValuesQuery } from "./queries";

interface Props {
  question: Question;
  onChange: (question: Question) => void;
}

/** An attribute of the contact passes a comparison. */
export function AttributeFields({ question, onChange }: Props) {
  const { t } = useTranslation();
  const known = useQuery(attributesQuery).data?.items ?? [];
  const filter = readFilter(question, "attribute");
  const found = known.find((each) => each.name === filter?.path);
  const values = useQuery(attributeValuesQuery(found?.name ?? "")).data?.items ?? [];
  if (filter === null) return null;
  const paths = known.flatMap((each) =>
    each.members.length === 0
      ? [each.name]
      : each.members.map((member) => `${each.name}.${member}`),
  );
  return (
    <FilterFields
      filter={filter}
      onChange={(next) => onChange(writeFilter(next, "attribute"))}
      pathLabel={t("conditions.attribute")}
      paths={paths}
      types={found?.types ?? []}
      values={values.map((each) => valueText(each.value))}
    />
  );
}
