import { useInfiniteQuery } from "@tanstack/react-query";

interface Page<T> {
  items: T[];
  next: string | null;
}

/** A cursor-paged list as one growing list of rows. */
export function usePaged<T, P extends Page<T>>(
  key: readonly unknown[],
  fetchPage: (cursor: string | undefined) => Promise<P & Page<T>>,
  options: { refetchInterval?: number } = {},
) {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => fetchPage(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (previous) => previous,
    ...options,
  });
  const rows: T[] = query.data?.pages.flatMap((page) => page.items) ?? [];
  return { query, rows, first: query.data?.pages[0] as P | undefined };
}

export type Paged<T> = Pick<ReturnType<typeof usePaged<T, Page<T>>>, "rows"> & {
  query: Pick<
    ReturnType<typeof usePaged<T, Page<T>>>["query"],
    "isPending" | "error" | "refetch" | "hasNextPage" | "isFetchingNextPage" | "fetchNextPage"
  >;
};
