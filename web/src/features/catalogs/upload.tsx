import { Alert, Button, FileButton, Group, Select } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./catalogs.module.css";
import { faultsOf, type Upload, type useItemActions } from "./queries";

const fileTypes = ".csv,.json,.jsonl,.ndjson,text/csv,application/json";

/** A file of items, what becomes of the others, and what is wrong with it where it is not taken. */
export function UploadItems({ upload }: Pick<ReturnType<typeof useItemActions>, "upload">) {
  const { t } = useTranslation();
  const [mode, setMode] = useState<Upload["mode"]>("replace");
  return (
    <>
      <Group gap={8} align="end">
        <Select
          label={t("catalogs.mode")}
          data={(["replace", "upsert"] as const).map((value) => ({
            value,
            label: t(`catalogs.modes.${value}`),
          }))}
          value={mode}
          onChange={(next) => setMode(next === "upsert" ? "upsert" : "replace")}
          allowDeselect={false}
          w={{ base: "100%", xs: 300 }}
        />
        <FileButton
          accept={fileTypes}
          onChange={(file) => file && upload.mutate({ file, mode })}
          inputProps={{ "aria-label": t("catalogs.upload"), tabIndex: -1 }}
        >
          {(props) => (
            <Button {...props} leftSection={<IconUpload size={15} />} loading={upload.isPending}>
              {t("catalogs.upload")}
            </Button>
          )}
        </FileButton>
      </Group>
      {upload.error && <Refused error={upload.error} name={upload.variables?.file.name ?? ""} />}
    </>
  );
}

function Refused({ error, name }: { error: Error; name: string }) {
  const { t } = useTranslation();
  const { faults, inAll } = faultsOf(error);
  return (
    <Alert
      mt="sm"
      color="red"
      variant="light"
      role="alert"
      title={t("catalogs.refused", { name })}
      styles={{ message: { color: "var(--mantine-color-text)" } }}
    >
      {faults.length === 0 ? (
        error.message
      ) : (
        <>
          <ul className={classes.faults}>
            {faults.map((fault) => (
              <li key={`${fault.item} ${fault.detail}`}>
                {t("catalogs.fault", { item: fault.item, detail: fault.detail })}
              </li>
            ))}
          </ul>
          {inAll > faults.length && t("catalogs.moreFaults", { count: inAll - faults.length })}
        </>
      )}
    </Alert>
  );
}
