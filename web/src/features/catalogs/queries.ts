import { notifications } from "@mantine/notifications";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { stringify } from "yaml";
import { api, ApiError, type Schemas, unwrap } from "@/api/client";
import { createDefinition } from "@/drafts/definition-draft";

export type Catalog = Schemas["Catalog"];
export type CatalogItem = Schemas["CatalogItem"];
export type FieldType = Catalog["fields"][number]["type"];

export const fieldTypes: FieldType[] = ["text", "number", "boolean", "date", "list", "json"];

export function fetchCatalogs(cursor: string | undefined) {
  return unwrap(api.GET("/catalogs", { params: { query: { limit: 100, cursor } } }));
}

export function catalogQuery(key: string) {
  return queryOptions({
    queryKey: ["catalogs", "one", key],
    queryFn: () => unwrap(api.GET("/catalogs/{key}", { params: { path: { key } } })),
  });
}

export function fetchItems(key: string, search: string | undefined, cursor: string | undefined) {
  return unwrap(
    api.GET("/catalogs/{key}/items", {
      params: { path: { key }, query: { search, limit: 100, cursor } },
    }),
  );
}

export interface NewCatalog {
  key: string;
  name: string;
  itemKey: string;
  fields: { name: string; type: FieldType }[];
}

export function useCreateCatalog(done: (key: string) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ key, name, itemKey, fields }: NewCatalog) => {
      const members = Object.fromEntries(fields.map((field) => [field.name, field.type]));
      const text = stringify({ kind: "catalog", key, name, item_key: itemKey, fields: members });
      await createDefinition("catalog", key, text);
      return key;
    },
    onSuccess: async (key) => {
      await client.invalidateQueries({ queryKey: ["catalogs"] });
      await client.invalidateQueries({ queryKey: ["definitions"] });
      done(key);
    },
  });
}

/** One item of a file that the server does not take. */
export interface ItemFault {
  item: number;
  detail: string;
  value: string | null;
}

/** What is wrong with the items of a file, the first of them; empty where it is something else. */
export function faultsOf(error: Error | null): { faults: ItemFault[]; inAll: number } {
  if (!(error instanceof ApiError) || error.code !== "items_invalid") {
    return { faults: [], inAll: 0 };
  }
  const body = error.body as { errors?: ItemFault[]; errorsInAll?: number };
  return { faults: body.errors ?? [], inAll: body.errorsInAll ?? 0 };
}

export interface Upload {
  file: File;
  mode: "replace" | "upsert";
}

/** What can be done with the items of a catalog; every view of them follows. */
export function useItemActions(key: string) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const upload = useMutation({
    mutationFn: ({ file, mode }: Upload) =>
      unwrap(
        api.PUT("/catalogs/{key}/items", {
          params: {
            path: { key },
            query: { mode, format: file.name.toLowerCase().endsWith(".csv") ? "csv" : "json" },
          },
          // What the description calls a string is a Blob here.
          body: file as unknown as string,
          bodySerializer: (body: unknown) => body as Blob,
          headers: { "Content-Type": "application/octet-stream" },
        }),
      ),
    onSuccess: (changed) => {
      client.setQueryData(["catalogs", "one", key], changed);
      notifications.show({
        color: "green",
        message: t("catalogs.uploaded", { count: changed.items }),
      });
      return client.invalidateQueries({ queryKey: ["catalogs"] });
    },
  });
  const remove = useMutation({
    mutationFn: (item: string) =>
      unwrap(api.DELETE("/catalogs/{key}/items/{item}", { params: { path: { key, item } } })),
    onSuccess: (_, item) => {
      notifications.show({ color: "green", message: t("catalogs.removed", { item }) });
      return client.invalidateQueries({ queryKey: ["catalogs"] });
    },
    onError: (error: Error) =>
      notifications.show({ color: "red", title: t("catalogs.failed"), message: error.message }),
  });
  return { upload, remove };
}
