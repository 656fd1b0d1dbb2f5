import { ActionIcon, Button, SegmentedControl, Select, Switch, TextInput } from "@mantine/core";
import { IconEye, IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Panel } from "@/components/page";
import classes from "./campaigns.module.css";
import {
  type ArmDraft,
  armsMax,
  type CampaignDraft,
  floorDefault,
  samples,
  type TestDraft,
} from "./draft";
import type { Change } from "./edit-page";
import { ProblemLines } from "./problem-lines";
import { templatesQuery } from "./queries";

const measures = ["clicked", "opened", "converted", "revenue"] as const;
const choices = ["winner", "bandit"] as const;
const letters = "abcdefgh";

interface Props {
  draft: CampaignDraft;
  change: Change;
  problems: string[];
  /** Name of the arm whose message the preview shows. */
  shown: string | null;
  show: (arm: string) => void;
}

/** Variants that are tried on a sample; the best goes to everybody else. */
export function TestPanel({ draft, change, problems, shown, show }: Props) {
  const { t } = useTranslation();
  const { test } = draft;
  const begin = (): TestDraft => ({
    arms: [
      { name: "a", subject: draft.subject, template: "", time: "" },
      { name: "b", subject: draft.subject, template: "", time: "" },
    ],
    choose: "winner",
    sample: samples.winner,
    floor: floorDefault,
    measure: "clicked",
    event: "",
    after: "4h",
    ifUnclear: "",
  });
  const set = (part: Partial<TestDraft>) => test && change({ test: { ...test, ...part } });
  return (
    <Panel
      title={t("campaigns.test")}
      action={
        <Switch
          size="xs"
          label={t("campaigns.testOn")}
          checked={test !== null}
          onChange={(event) => change({ test: event.currentTarget.checked ? begin() : null })}
        />
      }
    >
      <div className={classes.fields}>
        {test === null ? (
          <p className={classes.hint}>{t("campaigns.testText")}</p>
        ) : (
          <>
            <Arms test={test} set={set} shown={shown} show={show} />
            <Rules test={test} set={set} />
          </>
        )}
        <ProblemLines problems={problems} />
      </div>
    </Panel>
  );
}

type SetTest = (part: Partial<TestDraft>) => void;

function Arms(props: {
  test: TestDraft;
  set: SetTest;
  shown: string | null;
  show: (arm: string) => void;
}) {
  const { t } = useTranslation();
  const { test, set, shown, show } = props;
  const templates = useQuery(templatesQuery).data?.items ?? [];
  const setArm = (index: number, part: Partial<ArmDraft>) =>
    set({ arms: test.arms.map((arm, at) => (at === index ? { ...arm, ...part } : arm)) });
  const free = [...letters].find((letter) => !test.arms.some((arm) => arm.name === letter));
  return (
    <>
      <ol className={classes.arms}>
        {test.arms.map((arm, index) => (
          <li key={index}>
            <div className={classes.armHead}>
              <strong>{t("campaigns.arm", { name: arm.name })}</strong>
              <ActionIcon
                variant={shown === arm.name ? "light" : "subtle"}
                aria-label={t("campaigns.armShow", { name: arm.name })}
                aria-pressed={shown === arm.name}
                onClick={() => show(arm.name)}
              >
                <IconEye size={15} />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t("campaigns.armRemove", { name: arm.name })}
                disabled={test.arms.length <= 2}
                onClick={() =>
                  set({
                    arms: test.arms.filter((_, at) => at !== index),
                    ifUnclear: test.ifUnclear === arm.name ? "" : test.ifUnclear,
                  })
                }
              >
                <IconTrash size={15} />
              </ActionIcon>
            </div>
            <div className={classes.two}>
              <TextInput
                label={t("campaigns.subject")}
                placeholder={t("campaigns.asCampaign")}
                value={arm.subject}
                onChange={(event) => setArm(index, { subject: event.currentTarget.value })}
                maxLength={2000}
              />
              <Select
                size="xs"
                label={t("campaigns.template")}
                placeholder={t("campaigns.asCampaign")}
                data={templates.map((each) => ({ value: each.key, label: each.name }))}
                value={arm.template || null}
                onChange={(key) => setArm(index, { template: key ?? "" })}
                searchable
                clearable
                clearButtonProps={{ "aria-label": t("campaigns.asCampaign") }}
              />
              <TextInput
                type="time"
                label={t("campaigns.armTime")}
                description={t("campaigns.armTimeText")}
                inputWrapperOrder={["label", "input", "description", "error"]}
                value={arm.time}
                onChange={(event) => setArm(index, { time: event.currentTarget.value })}
              />
            </div>
          </li>
        ))}
      </ol>
      {test.arms.length < armsMax && free && (
        <Button
          variant="default"
          leftSection={<IconPlus size={15} />}
          onClick={() =>
            set({ arms: [...test.arms, { name: free, subject: "", template: "", time: "" }] })
          }
          style={{ justifySelf: "start" }}
        >
          {t("campaigns.armAdd")}
        </Button>
      )}
    </>
  );
}

function Rules({ test, set }: { test: TestDraft; set: SetTest }) {
  const { t } = useTranslation();
  const needsEvent = test.measure === "converted" || test.measure === "revenue";
  const isBandit = test.choose === "bandit";
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label={t("campaigns.howChosen")}
        value={test.choose}
        onChange={(next) => {
          const choose = choices.find((each) => each === next) ?? "winner";
          if (choose === test.choose) return;
          const clicks = choose === "bandit" && test.measure === "revenue";
          set({
            choose,
            sample: samples[choose],
            ...(clicks ? { measure: "clicked" as const, event: "" } : {}),
          });
        }}
        data={choices.map((value) => ({ value, label: t(`campaigns.chooses.${value}`) }))}
      />
      <p className={classes.hint}>{t(`campaigns.chooseText.${test.choose}`)}</p>
      <div className={classes.two}>
        <Percent
          label={t(isBandit ? "campaigns.batchShare" : "campaigns.sample")}
          value={test.sample}
          most={100}
          change={(sample) => set({ sample })}
        />
        <Select
          size="xs"
          label={t("campaigns.measure")}
          data={measures
            .filter((value) => !(isBandit && value === "revenue"))
            .map((value) => ({ value, label: t(`campaigns.measures.${value}`) }))}
          value={test.measure}
          onChange={(next) => {
            const measure = measures.find((each) => each === next) ?? "clicked";
            const keeps = measure === "converted" || measure === "revenue";
            set({ measure, event: keeps ? test.event || "Order Completed" : "" });
          }}
          allowDeselect={false}
        />
        {needsEvent && (
          <TextInput
            label={t("campaigns.event")}
            value={test.event}
            onChange={(event) => set({ event: event.currentTarget.value })}
            maxLength={200}
          />
        )}
        <TextInput
          label={t(isBandit ? "campaigns.batchAfter" : "campaigns.after")}
          description={t(isBandit ? "campaigns.batchAfterText" : "campaigns.afterText")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          value={test.after}
          onChange={(event) => set({ after: event.currentTarget.value })}
          maxLength={20}
        />
        {isBandit ? (
          <Percent
            label={t("campaigns.floor")}
            value={test.floor}
            most={100 / test.arms.length}
            change={(floor) => set({ floor })}
          />
        ) : (
          <Select
            size="xs"
            label={t("campaigns.ifUnclear")}
            placeholder={t("campaigns.ifUnclearBest")}
            data={test.arms.map((arm) => ({
              value: arm.name,
              label: t("campaigns.arm", { name: arm.name }),
            }))}
            value={test.ifUnclear || null}
            onChange={(arm) => set({ ifUnclear: arm ?? "" })}
            clearable
            clearButtonProps={{ "aria-label": t("campaigns.ifUnclearBest") }}
          />
        )}
      </div>
    </>
  );
}

/** A percentage above 0, taken when the field is left; what is none is put back. */
function Percent(props: {
  label: string;
  value: number;
  most: number;
  change: (value: number) => void;
}) {
  return (
    <TextInput
      label={props.label}
      inputMode="decimal"
      rightSection="%"
      defaultValue={props.value}
      key={String(props.value)}
      onBlur={(event) => {
        const wanted = Number(event.currentTarget.value.replace(",", "."));
        if (wanted > 0 && wanted <= props.most) props.change(wanted);
        else event.currentTarget.value = String(props.value);
      }}
    />
  );
}
