import { ActionIcon, Menu } from "@mantine/core";
import {
  IconCheck,
  IconCode,
  IconCopy,
  IconDots,
  IconSwitchHorizontal,
  IconTrash,
  IconX,
} from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useNumber } from "@/components/number";
import { Choice } from "./choice";
import classes from "./conditions.module.css";
import { liesIn, useFindings } from "./findings";
import { type Condition, fromRow, kindOf, type Question, rowOf } from "./model";
import { valueText } from "./operators";
import { QuestionFields } from "./question-fields";
import { readQuery } from "./queries";
import { TextFields } from "./text-fields";

interface Props {
  part: Condition;
  path: string;
  onChange: (part: Condition) => void;
  copy: () => void;
  remove: () => void;
}

/** One sentence of a condition: what is asked, how many it holds for, and what it says of one contact. */
export function RowView({ part, path, onChange, copy, remove }: Props) {
  const { t } = useTranslation();
  const { problem } = useFindings();
  const row = rowOf(part);
  const kind = kindOf(row.question);
  const wrong = problem !== null && liesIn(problem.path, path);
  const negate = (negated: boolean) => onChange(fromRow({ ...row, negated }));
  return (
    <li className={classes.row} data-wrong={wrong}>
      <div className={classes.sentence}>
        {kind === null ? (
          <TextFields part={part} onChange={onChange} />
        ) : (
          <>
            <Choice
              lead
              label={t("conditions.lead")}
              value={row.negated ? "not" : "is"}
              onChange={(next) => negate(next === "not")}
              options={[
                { value: "is", label: t(`conditions.leads.${kind}`) },
                { value: "not", label: t(`conditions.leadsNot.${kind}`) },
              ]}
            />
            <QuestionFields
              kind={kind}
              question={row.question as Question}
              onChange={(question) => onChange(fromRow({ ...row, question }))}
            />
          </>
        )}
      </div>
      <RowCount path={path} />
      <RowMenu
        part={part}
        isText={kind === null}
        negate={kind === null ? undefined : () => negate(!row.negated)}
        onChange={onChange}
        copy={copy}
        remove={remove}
      />
      {wrong && (
        <div className={classes.wrong} role="alert">
          {problem.message}
        </div>
      )}
      <Answer path={path} negated={row.negated} />
    </li>
  );
}

export function RowCount({ path }: { path: string }) {
  const { t } = useTranslation();
  const number = useNumber();
  const found = useFindings().counts.get(path);
  if (!found) return <span className={classes.counted} />;
  return (
    <span
      className={`${classes.counted} num`}
      title={found.exact ? undefined : t("conditions.approximately")}
    >
      {!found.exact && "≈ "}
      {t("conditions.people", { count: found.count, number: number(found.count) })}
    </span>
  );
}

function Answer({ path, negated }: { path: string; negated: boolean }) {
  const { t } = useTranslation();
  const { answers } = useFindings();
  const found = answers.get(path);
  if (!found) return null;
  const read = (negated ? answers.get(`${path}.not`) : found)?.value ?? found.value;
  return (
    <div className={classes.verdict} data-ok={found.ok}>
      {found.ok ? (
        <IconCheck size={15} aria-label={t("conditions.holds")} />
      ) : (
        <IconX size={15} aria-label={t("conditions.holdsNot")} />
      )}
      {found.rows.length === 0 || negated
        ? read === null || read === undefined
          ? t("conditions.nothingRead")
          : t("conditions.read", { value: valueText(read) })
        : t(found.ok ? "conditions.holds" : "conditions.holdsNot")}
    </div>
  );
}

interface MenuProps extends Omit<Props, "path"> {
  isText: boolean;
  negate: (() => void) | undefined;
}

function RowMenu({ part, isText, negate, onChange, copy, remove }: MenuProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const toText = async () => {
    const { text } = await client.fetchQuery(readQuery(part));
    onChange(text);
  };
  const toForm = async () => {
    const { definition } = await client.fetchQuery(readQuery(part));
    onChange(definition);
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t("conditions.more")}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {negate && (
          <Menu.Item leftSection={<IconSwitchHorizontal size={15} />} onClick={negate}>
            {t("conditions.opposite")}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconCopy size={15} />} onClick={copy}>
          {t("conditions.copy")}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconCode size={15} />}
          onClick={() => void (isText ? toForm() : toText()).catch(() => undefined)}
        >
          {t(isText ? "conditions.toForm" : "conditions.toText")}
        </Menu.Item>
        <Menu.Item leftSection={<IconTrash size={15} />} c="var(--app-text-bad)" onClick={remove}>
          {t("conditions.remove")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
