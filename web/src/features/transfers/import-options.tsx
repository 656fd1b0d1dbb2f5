import { SegmentedControl, Select, Switch, Text, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { topicsQuery } from "@/api/topics";
import type { Options } from "./options";
import classes from "./transfers.module.css";

interface Props {
  /** A file of events, which says nothing of consent and puts nobody on a list. */
  isEvents: boolean;
  options: Options;
  change: (part: Partial<Options>) => void;
}

/** What holds for the whole file. Whether these people have agreed must be said. */
export function ImportOptions({ isEvents, options, change }: Props) {
  const { t } = useTranslation();
  const topics = useQuery(topicsQuery).data ?? [];
  return (
    <div className={classes.fields}>
      {!isEvents && (
        <div>
          <Text size="xs" fw={500} mb={4}>
            {t("transfers.consent")}
          </Text>
          <SegmentedControl
            size="xs"
            aria-label={t("transfers.consent")}
            value={options.consent}
            onChange={(next) => change({ consent: next === "agreed" ? "agreed" : "silent" })}
            data={(["silent", "agreed"] as const).map((value) => ({
              value,
              label: t(`transfers.consents.${value}`),
            }))}
          />
        </div>
      )}
      {!isEvents && options.consent === "agreed" && (
        <>
          <Select
            size="xs"
            label={t("transfers.topic")}
            data={[
              { value: "", label: t("transfers.everything") },
              ...topics.map((topic) => ({ value: topic.key, label: topic.name })),
            ]}
            value={options.topic}
            onChange={(topic) => change({ topic: topic ?? "" })}
            allowDeselect={false}
          />
          <Textarea
            label={t("transfers.evidence")}
            description={t("transfers.evidenceText")}
            placeholder={t("transfers.evidenceExample")}
            value={options.evidence}
            onChange={(event) => change({ evidence: event.currentTarget.value })}
            maxLength={2000}
            autosize
            minRows={2}
            required
          />
        </>
      )}
      <Select
        size="xs"
        label={t("transfers.overwrite")}
        data={(["all", "empty"] as const).map((value) => ({
          value,
          label: t(`transfers.overwrites.${value}`),
        }))}
        value={options.overwrite}
        onChange={(next) => change({ overwrite: next === "empty" ? "empty" : "all" })}
        allowDeselect={false}
      />
      {!isEvents && (
        <TextInput
          label={t("transfers.list")}
          description={t("transfers.listText")}
          placeholder="import-march"
          value={options.list}
          onChange={(event) => change({ list: event.currentTarget.value })}
          maxLength={64}
        />
      )}
      <Switch
        size="xs"
        label={t("transfers.startJourneys")}
        checked={options.startJourneys}
        onChange={(event) => change({ startJourneys: event.currentTarget.checked })}
      />
    </div>
  );
}
