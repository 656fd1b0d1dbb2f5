import { notifications } from "@mantine/notifications";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, ApiError, type Schemas, unwrap } from "@/api/client";

export type Asset = Schemas["Asset"];

export function fetchAssets(search: string | undefined, cursor: string | undefined) {
  return unwrap(api.GET("/assets", { params: { query: { search, limit: 60, cursor } } }));
}

export function assetQuery(key: string) {
  return queryOptions({
    queryKey: ["assets", "one", key],
    queryFn: () => unwrap(api.GET("/assets/{key}", { params: { path: { key } } })),
  });
}

/** The bytes of a file as the body of a call, and not as JSON. */
const bytes = (file: Blob) => ({
  // What the description calls a binary string is a Blob here.
  body: file as unknown as string,
  bodySerializer: (body: string | undefined) => body as unknown as Blob,
  headers: { "Content-Type": "application/octet-stream" },
});

export function uploadAsset(file: File): Promise<Asset> {
  return unwrap(api.POST("/assets", { params: { query: { name: file.name } }, ...bytes(file) }));
}

/** What went wrong and what to do about it, in one line. */
export function explain(error: Error): string {
  return error instanceof ApiError && error.fix ? `${error.message}. ${error.fix}` : error.message;
}

/** What can be done with an asset that is there; every view of it follows. */
export function useAssetActions(key: string) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const path = { key };
  const onError = (error: Error) =>
    notifications.show({ color: "red", title: t("library.failed"), message: explain(error) });
  const show = (message: string) => (changed: Asset) => {
    client.setQueryData(["assets", "one", key], changed);
    notifications.show({ color: "green", message });
    return client.invalidateQueries({ queryKey: ["assets", "list"] });
  };
  const change = useMutation({
    mutationFn: ({ rev, ...words }: { rev: string; name: string; alt: string | null }) =>
      unwrap(
        api.PATCH("/assets/{key}", {
          params: { path, header: { "If-Match": rev } },
          body: words,
        }),
      ),
    onSuccess: show(t("library.saved")),
    onError,
  });
  const replace = useMutation({
    mutationFn: (file: File) =>
      unwrap(api.PUT("/assets/{key}/picture", { params: { path }, ...bytes(file) })),
    onSuccess: show(t("library.replaced")),
    onError,
  });
  const remove = useMutation({
    mutationFn: () => unwrap(api.DELETE("/assets/{key}", { params: { path } })),
    onSuccess: async () => {
      notifications.show({ color: "green", message: t("library.removed", { key }) });
      await navigate({ to: "/library" });
      client.removeQueries({ queryKey: ["assets", "one", key] });
      await client.invalidateQueries({ queryKey: ["assets"] });
    },
    onError,
  });
  return { change, replace, remove };
}
