import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { explain, uploadAsset } from "./queries";

/** How far several uploads are; absent: none is under way. */
export interface Progress {
  done: number;
  total: number;
}

/** Uploads files one after the other, as the server takes them apart one at a time. */
export function useUpload(): { upload: (files: File[]) => Promise<void>; progress?: Progress } {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [progress, setProgress] = useState<Progress>();
  const upload = async (files: File[]) => {
    if (files.length === 0 || progress) return;
    let added = 0;
    for (const [done, file] of files.entries()) {
      setProgress({ done, total: files.length });
      try {
        await uploadAsset(file);
        added += 1;
      } catch (error) {
        notifications.show({
          color: "red",
          title: t("library.refused", { name: file.name }),
          message: explain(error as Error),
          autoClose: false,
          // It stays, so it must be readable.
          styles: { description: { color: "var(--mantine-color-text)" } },
        });
      }
    }
    setProgress(undefined);
    if (added > 0) {
      notifications.show({ color: "green", message: t("library.added", { count: added }) });
    }
    await client.invalidateQueries({ queryKey: ["assets"] });
  };
  return { upload, progress };
}
