import { Button, FileButton, Group } from "@mantine/core";
import { IconFilterOff, IconPhoto, IconUpload } from "@tabler/icons-react";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { usePaged } from "@/api/paged";
import { Page, Panel } from "@/components/page";
import { SearchBox } from "@/components/search-box";
import { Empty, Failure, RowsSkeleton } from "@/components/states";
import { DropZone } from "./drop-zone";
import classes from "./library.module.css";
import { pictureTypes, sizeInWords, sourceOf } from "./picture";
import { type Asset, fetchAssets } from "./queries";
import { type Progress, useUpload } from "./upload";

/** Twice a card's width, for fine screens. */
const thumbnailWidth = 320;

export function LibraryPage() {
  const { t } = useTranslation();
  const { q } = useSearch({ from: "/app/library" });
  const navigate = useNavigate();
  const { upload, progress } = useUpload();
  const { query, rows, first } = usePaged(["assets", "list", q], (cursor) =>
    fetchAssets(q, cursor),
  );
  const search = (text: string | undefined) =>
    void navigate({ to: "/library", search: { q: text }, replace: true });
  const button = <UploadButton progress={progress} onFiles={(files) => void upload(files)} />;
  return (
    <Page title={t("nav.pictures")} actions={(rows.length > 0 || q !== undefined) && button}>
      <Group gap={8} mb={12}>
        <SearchBox
          label={t("library.search")}
          placeholder={t("library.searchExample")}
          value={q}
          onChange={search}
        />
      </Group>
      <DropZone onFiles={(files) => void upload(files)}>
        {rows.length > 0 ? (
          <>
            <ul className={classes.grid} aria-label={t("nav.pictures")}>
              {rows.map((asset) => (
                <li key={asset.key}>
                  <Card asset={asset} />
                </li>
              ))}
            </ul>
            {query.hasNextPage && (
              <Button
                mt="md"
                variant="default"
                loading={query.isFetchingNextPage}
                onClick={() => void query.fetchNextPage()}
              >
                {t("library.more")}
              </Button>
            )}
          </>
        ) : (
          <Panel>
            {query.error ? (
              <Failure error={query.error} retry={() => void query.refetch()} />
            ) : !first ? (
              <RowsSkeleton />
            ) : q !== undefined ? (
              <Empty
                icon={IconFilterOff}
                title={t("library.noMatch")}
                text={t("library.noMatchText")}
                action={
                  <Button variant="light" onClick={() => search(undefined)}>
                    {t("action.clearSearch")}
                  </Button>
                }
              />
            ) : (
              <Empty
                icon={IconPhoto}
                title={t("library.empty")}
                text={t("library.emptyText")}
                action={button}
              />
            )}
          </Panel>
        )}
      </DropZone>
    </Page>
  );
}

function UploadButton({
  progress,
  onFiles,
}: {
  progress: Progress | undefined;
  onFiles: (files: File[]) => void;
}) {
  const { t } = useTranslation();
  return (
    <FileButton
      multiple
      accept={pictureTypes}
      onChange={onFiles}
      inputProps={{ "aria-label": t("library.upload"), tabIndex: -1 }}
    >
      {(props) => (
        <Button {...props} leftSection={<IconUpload size={15} />} disabled={progress !== undefined}>
          {progress
            ? t("library.uploading", { done: progress.done + 1, total: progress.total })
            : t("library.upload")}
        </Button>
      )}
    </FileButton>
  );
}

function Card({ asset }: { asset: Asset }) {
  const { t, i18n } = useTranslation();
  return (
    <Link to="/library/$key" params={{ key: asset.key }} className={classes.card}>
      <span className={classes.thumbnail}>
        {/* Its name stands below. */}
        <img src={sourceOf(asset, thumbnailWidth)} alt="" loading="lazy" />
      </span>
      <span className={classes.name}>{asset.name}</span>
      <span className={classes.dim}>
        {asset.width} × {asset.height}, {sizeInWords(asset.bytes, i18n.language)}
      </span>
      {asset.alt === null ? (
        <span className={classes.lacks}>{t("library.noAlt")}</span>
      ) : (
        <span className={classes.dim}>{t("library.usedIn", { count: asset.usedIn.length })}</span>
      )}
    </Link>
  );
}
