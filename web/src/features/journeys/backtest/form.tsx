import { Button, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import classes from "./backtest.module.css";
import type { BacktestRequest } from "./queries";
import { answers, readPercent, requestOf, usual, type Wanted, windows } from "./request";

interface Props {
  run: (request: BacktestRequest) => void;
  pending: boolean;
  /** One runs at a time. */
  busy: boolean;
  error: Error | null;
}

/** What to replay, and by which assumptions. */
export function BacktestForm({ run, pending, busy, error }: Props) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState<Wanted>(usual);
  const change = (part: Partial<Wanted>) => setWanted((now) => ({ ...now, ...part }));
  const request = requestOf(wanted);
  const rate = (name: "openRate" | "clickRate") => (
    <TextInput
      label={t(`backtest.${name}`)}
      value={wanted[name]}
      onChange={(event) => change({ [name]: event.currentTarget.value })}
      error={readPercent(wanted[name]) === undefined && t("backtest.notPercent")}
      inputMode="decimal"
      rightSection="%"
    />
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (request) run(request);
      }}
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t("backtest.intro")}
        </Text>
        <Select
          size="xs"
          label={t("backtest.since")}
          allowDeselect={false}
          data={windows.map((value) => ({ value, label: t(`backtest.windows.${value}`) }))}
          value={wanted.since}
          onChange={(since) => change({ since: windows.find((each) => each === since) })}
        />
        <Select
          size="xs"
          label={t("backtest.answers")}
          allowDeselect={false}
          data={answers.map((value) => ({ value, label: t(`backtest.answersBy.${value}`) }))}
          value={wanted.answers}
          onChange={(next) => change({ answers: answers.find((each) => each === next) })}
        />
        {wanted.answers === "rates" && (
          <div className={classes.rates}>
            {rate("openRate")}
            {rate("clickRate")}
          </div>
        )}
        <Select
          size="xs"
          label={t("backtest.others")}
          allowDeselect={false}
          data={[
            { value: "as_sent", label: t("backtest.othersAsSent") },
            { value: "replayed", label: t("backtest.othersReplayed") },
          ]}
          value={wanted.others}
          onChange={(others) => change({ others: others === "replayed" ? "replayed" : "as_sent" })}
        />
        {error && (
          <Text size="sm" c="var(--app-text-bad)" role="alert">
            {error.message}
            {error instanceof ApiError && error.fix && `. ${error.fix}`}
          </Text>
        )}
        <Button
          type="submit"
          size="sm"
          leftSection={<IconPlayerPlay size={15} />}
          disabled={!request || busy}
          loading={pending}
        >
          {t("backtest.run")}
        </Button>
      </Stack>
    </form>
  );
}
