import { SegmentedControl, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Panel } from "@/components/page";
import { useTimeStyle } from "@/components/time/time";
import classes from "./campaigns.module.css";
import type { CampaignDraft, SendDraft } from "./draft";
import type { Change } from "./edit-page";
import { instantOf, localOf, soon } from "./local-time";
import { ProblemLines } from "./problem-lines";

const kinds = ["now", "at", "local"] as const;
const perHourMax = 3_600_000;

interface Props {
  draft: CampaignDraft;
  change: Change;
  problems: string[];
}

/** When its messages are due. */
export function When({ draft, change, problems }: Props) {
  const { t } = useTranslation();
  const { zone } = useTimeStyle();
  const { send } = draft;
  const set = (part: Partial<SendDraft>) => change({ send: { ...send, ...part } });
  const choose = (next: string) => {
    const kind = kinds.find((each) => each === next) ?? "now";
    const shown = send.at === "" ? soon() : send.kind === "at" ? localOf(send.at) : send.at;
    set({ kind, at: kind === "now" ? "" : kind === "at" ? instantOf(shown) : shown });
  };
  return (
    <Panel title={t("campaigns.when")}>
      <div className={classes.fields}>
        <SegmentedControl
          size="xs"
          aria-label={t("campaigns.when")}
          value={send.kind}
          onChange={choose}
          data={kinds.map((value) => ({ value, label: t(`campaigns.send.${value}`) }))}
        />
        {send.kind !== "now" && (
          <TextInput
            type="datetime-local"
            label={t(`campaigns.sendAt.${send.kind}`, { zone })}
            description={send.kind === "local" && t("campaigns.localText")}
            inputWrapperOrder={["label", "input", "description", "error"]}
            value={send.kind === "at" ? localOf(send.at) : send.at}
            onChange={(event) => {
              const shown = event.currentTarget.value;
              if (shown) set({ at: send.kind === "at" ? instantOf(shown) : shown });
            }}
            maw={280}
          />
        )}
        {send.kind !== "local" && (
          <TextInput
            label={t("campaigns.perHour")}
            description={t("campaigns.perHourText")}
            inputWrapperOrder={["label", "input", "description", "error"]}
            placeholder={t("campaigns.noLimit")}
            inputMode="numeric"
            value={send.perHour ?? ""}
            onChange={(event) => {
              const digits = event.currentTarget.value.replace(/\D/g, "");
              const wanted = Math.min(Number(digits), perHourMax);
              set({ perHour: digits === "" || wanted === 0 ? null : wanted });
            }}
            maw={280}
          />
        )}
        <ProblemLines problems={problems} />
      </div>
    </Panel>
  );
}
