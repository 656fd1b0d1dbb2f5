import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { journeysQuery } from "@/api/queries";
import { journeyQuery } from "../queries";

/** How many wait at each step of the version in force; empty of a journey that is not published. */
export function useHere(key: string): ReadonlyMap<string, number> {
  const journeys = useQuery(journeysQuery).data;
  const isThere = journeys?.items.some((journey) => journey.key === key) ?? false;
  const { data } = useQuery({ ...journeyQuery(key), enabled: isThere, refetchInterval: 30_000 });
  return useMemo(
    () => new Map((data?.steps ?? []).map((step) => [step.id, step.counts.here])),
    [data],
  );
}
