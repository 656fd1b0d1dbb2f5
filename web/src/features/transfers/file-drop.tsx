import { Progress } from "@mantine/core";
import { IconFileSpreadsheet } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./transfers.module.css";

interface Props {
  /** Of the file that is there. */
  name: string | null;
  /** How much of a file has been sent, from 0 to 1; null: none is on its way. */
  sent: number | null;
  choose: (file: File) => void;
}

/** A file, by dropping it or by choosing it. */
export function FileDrop({ name, sent, choose }: Props) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".csv,.tsv,.txt,.json,.jsonl,.ndjson"
        hidden
        aria-label={t("transfers.choose")}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) choose(file);
          event.currentTarget.value = "";
        }}
      />
      <button
        type="button"
        className={classes.drop}
        data-over={over}
        disabled={sent !== null}
        onClick={() => input.current?.click()}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          const file = event.dataTransfer.files[0];
          if (file) choose(file);
        }}
      >
        <IconFileSpreadsheet size={22} stroke={1.6} aria-hidden />
        <strong>{name ?? t("transfers.choose")}</strong>
        <span>{t("transfers.chooseText")}</span>
      </button>
      {sent !== null && (
        <Progress mt={8} value={sent * 100} aria-label={t("transfers.uploading")} />
      )}
    </>
  );
}
