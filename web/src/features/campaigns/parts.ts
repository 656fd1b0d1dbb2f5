import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { segmentsQuery } from "@/api/queries";
import { useNumber } from "@/components/number";
import { listsQuery } from "./queries";

/** Segments and lists with their sizes, as the choices of a field: `segment:KEY`, `list:KEY`. */
export function usePartChoices() {
  const { t } = useTranslation();
  const number = useNumber();
  const segments = useQuery(segmentsQuery).data?.items ?? [];
  const lists = useQuery(listsQuery).data?.items ?? [];
  const label = (each: { name: string; size: number }) => `${each.name} (${number(each.size)})`;
  return [
    {
      group: t("campaigns.segments"),
      items: segments.map((each) => ({ value: `segment:${each.key}`, label: label(each) })),
    },
    {
      group: t("campaigns.lists"),
      items: lists.map((each) => ({ value: `list:${each.key}`, label: label(each) })),
    },
  ].filter((group) => group.items.length > 0);
}
