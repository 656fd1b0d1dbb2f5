import { Button, Stack, Switch, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { altOf } from "./picture";
import { type Asset, useAssetActions } from "./queries";

const nameLengthMax = 200;
const altLengthMax = 1000;

/** What is said of an asset. Messages that have no words of their own take these. */
export function Words({ asset }: { asset: Asset }) {
  const { t } = useTranslation();
  const { change } = useAssetActions(asset.key);
  const [name, setName] = useState(asset.name);
  const [text, setText] = useState(asset.alt ?? "");
  const [saysNothing, setSaysNothing] = useState(asset.alt === "");
  const alt = altOf(saysNothing, text);
  const isSame = name.trim() === asset.name && alt === asset.alt;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate({ rev: asset.rev, name: name.trim(), alt });
      }}
    >
      <Stack gap="sm">
        <TextInput
          label={t("library.name")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={nameLengthMax}
          required
        />
        <TextInput
          label={t("library.alt")}
          description={t("library.altText")}
          value={saysNothing ? "" : text}
          onChange={(event) => setText(event.currentTarget.value)}
          maxLength={altLengthMax}
          disabled={saysNothing}
        />
        <Switch
          label={t("library.saysNothing")}
          checked={saysNothing}
          onChange={(event) => setSaysNothing(event.currentTarget.checked)}
        />
        <div>
          <Button type="submit" size="sm" disabled={isSame} loading={change.isPending}>
            {t("library.save")}
          </Button>
        </div>
      </Stack>
    </form>
  );
}
