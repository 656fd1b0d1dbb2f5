import "@mantine/core/styles/InlineInput.css";
import "@mantine/core/styles/Switch.css";
import { Button, FileButton, Skeleton, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconRefresh, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { CopyBlock } from "@/components/copy";
import { Page, Panel } from "@/components/page";
import { Failure } from "@/components/states";
import classes from "./library.module.css";
import { pictureTypes, sizeInWords, sourceOf } from "./picture";
import { type Asset, assetQuery, useAssetActions } from "./queries";
import { Words } from "./words";

const pictureWidth = 800;

export function AssetPage() {
  const { t, i18n } = useTranslation();
  const { key } = useParams({ from: "/app/library/$key" });
  const { data: asset, error, refetch } = useQuery(assetQuery(key));
  const parent = { to: "/library", title: t("nav.pictures") };
  if (!asset) {
    return (
      <Page title={key} parent={parent}>
        {error ? (
          <Panel>
            <Failure error={error} retry={() => void refetch()} />
          </Panel>
        ) : (
          <div className={classes.sections} role="status" aria-label={t("state.loading")}>
            <Skeleton height={320} radius="lg" />
            <Skeleton height={160} radius="lg" />
          </div>
        )}
      </Page>
    );
  }
  return (
    <Page
      title={asset.name}
      parent={parent}
      meta={`${asset.width} × ${asset.height}, ${sizeInWords(asset.bytes, i18n.language)}`}
      actions={
        <>
          <Replace asset={asset} />
          <Remove asset={asset} />
        </>
      }
    >
      <div className={classes.sections}>
        <Panel>
          <div className={`${classes.thumbnail} ${classes.large}`}>
            <img src={sourceOf(asset, pictureWidth)} alt={asset.alt ?? asset.name} />
          </div>
        </Panel>
        <Panel title={t("library.words")}>
          {/* Begins anew with what the server holds. */}
          <Words key={asset.rev} asset={asset} />
        </Panel>
        <Panel title={t("library.inMessages")}>
          <Text size="sm" c="dimmed" mb="xs">
            {t("library.inMessagesText")}
          </Text>
          <CopyBlock text={`asset:${asset.key}`} what={t("library.address")} />
        </Panel>
        <Panel title={t("library.uses")}>
          {asset.usedIn.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t("library.unused")}
            </Text>
          ) : (
            <ul className={classes.uses}>
              {asset.usedIn.map((use) => (
                <li key={`${use.kind}/${use.key}`}>
                  <Link to="/data/definitions/$kind/$key" params={{ kind: use.kind, key: use.key }}>
                    {use.name}
                  </Link>
                </li>
              ))}
            </ul>
          )}
        </Panel>
      </div>
    </Page>
  );
}

function Replace({ asset }: { asset: Asset }) {
  const { t } = useTranslation();
  const { replace } = useAssetActions(asset.key);
  return (
    <FileButton
      accept={pictureTypes}
      onChange={(file) => file && replace.mutate(file)}
      inputProps={{ "aria-label": t("library.replace"), tabIndex: -1 }}
    >
      {(props) => (
        <Button
          {...props}
          variant="default"
          leftSection={<IconRefresh size={15} />}
          loading={replace.isPending}
        >
          {t("library.replace")}
        </Button>
      )}
    </FileButton>
  );
}

function Remove({ asset }: { asset: Asset }) {
  const { t } = useTranslation();
  const { remove } = useAssetActions(asset.key);
  const ask = () =>
    modals.openConfirmModal({
      title: t("library.removeTitle", { name: asset.name }),
      children: <Text size="sm">{t("library.removeText")}</Text>,
      labels: { confirm: t("library.removeConfirm"), cancel: t("action.cancel") },
      confirmProps: { color: "red.9" },
      onConfirm: () => remove.mutate(),
    });
  return (
    <Button
      variant="default"
      c="var(--app-text-bad)"
      leftSection={<IconTrash size={15} />}
      loading={remove.isPending}
      disabled={asset.usedIn.length > 0}
      title={asset.usedIn.length > 0 ? t("library.removeUsed") : undefined}
      onClick={ask}
    >
      {t("library.remove")}
    </Button>
  );
}
