import { Button, FileButton } from "@mantine/core";
import { IconPhoto, IconUpload } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePaged } from "@/api/paged";
import { SearchBox } from "@/components/search-box";
import { Empty, Failure, RowsSkeleton } from "@/components/states";
import { pictureTypes, sourceOf } from "../library/picture";
import { type Asset, fetchAssets } from "../library/queries";
import { useUpload } from "../library/upload";
import classes from "./picture-field.module.css";

/** Twice a card's width, for fine screens. */
const thumbnailWidth = 240;

/** The pictures of the library, of which one is chosen; others are uploaded here. */
export function PictureChoice({ onChoose }: { onChoose: (asset: Asset) => void }) {
  const { t } = useTranslation();
  const [search, setSearch] = useState<string>();
  const { upload, progress } = useUpload();
  const { query, rows, first } = usePaged(["assets", "list", search], (cursor) =>
    fetchAssets(search, cursor),
  );
  return (
    <div className={classes.choice}>
      <div className={classes.tools}>
        <SearchBox
          label={t("library.search")}
          placeholder={t("library.searchExample")}
          value={search}
          onChange={setSearch}
        />
        <FileButton
          multiple
          accept={pictureTypes}
          onChange={(files) => void upload(files)}
          inputProps={{ "aria-label": t("library.upload"), tabIndex: -1 }}
        >
          {(props) => (
            <Button
              {...props}
              variant="default"
              leftSection={<IconUpload size={15} />}
              loading={progress !== undefined}
            >
              {t("library.upload")}
            </Button>
          )}
        </FileButton>
      </div>
      {query.error ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : !first ? (
        <RowsSkeleton rows={4} />
      ) : rows.length === 0 ? (
        <Empty
          icon={IconPhoto}
          title={search === undefined ? t("library.empty") : t("library.noMatch")}
          text={search === undefined ? t("library.emptyText") : t("library.noMatchText")}
        />
      ) : (
        <ul className={classes.grid} aria-label={t("nav.pictures")}>
          {rows.map((asset) => (
            <li key={asset.key}>
              <button type="button" className={classes.card} onClick={() => onChoose(asset)}>
                {/* Its name stands below. */}
                <img src={sourceOf(asset, thumbnailWidth)} alt="" loading="lazy" />
                <span>{asset.name}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <Button
          variant="default"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t("library.more")}
        </Button>
      )}
    </div>
  );
}
