import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Choice } from "./choice";
import classes from "./conditions.module.css";
import {
  type Condition,
  depthMax,
  fromGroup,
  type Group,
  groupKinds,
  groupOf,
  newQuestion,
  partPath,
  questionKinds,
  replaced,
  without,
} from "./model";
import { RowCount, RowView } from "./row-view";

interface Props {
  group: Group;
  path: string;
  /** From 1. */
  depth: number;
  onChange: (group: Group) => void;
  remove?: () => void;
}

/** Rows of which all, any or none must be true, and groups within. */
export function GroupView({ group, path, depth, onChange, remove }: Props) {
  const { t } = useTranslation();
  const { kind, parts } = group;
  const set = (next: Condition[]) => onChange({ kind, parts: next });
  return (
    <div className={classes.group} role="group" aria-label={t(`conditions.groups.${kind}`)}>
      <div className={classes.groupHead}>
        <Choice
          lead
          label={t("conditions.group")}
          value={kind}
          onChange={(next) => onChange({ kind: next, parts })}
          options={groupKinds.map((value) => ({ value, label: t(`conditions.groups.${value}`) }))}
        />
        {depth > 1 && <RowCount path={path} />}
        {remove && (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("conditions.removeGroup")}
            onClick={remove}
          >
            <IconTrash size={15} />
          </ActionIcon>
        )}
      </div>
      <ul className={classes.rows}>
        {parts.map((part, index) => (
          <Part
            key={index}
            part={part}
            path={partPath(path, kind, index)}
            depth={depth}
            onChange={(next) => set(replaced(parts, index, next))}
            copy={() => set([...parts.slice(0, index + 1), part, ...parts.slice(index + 1)])}
            remove={() => set(without(parts, index))}
          />
        ))}
      </ul>
      <AddMenu depth={depth} add={(part) => set([...parts, part])} />
    </div>
  );
}

interface PartProps {
  part: Condition;
  path: string;
  depth: number;
  onChange: (part: Condition) => void;
  copy: () => void;
  remove: () => void;
}

function Part({ part, path, depth, onChange, copy, remove }: PartProps) {
  const inner = depth < depthMax ? groupOf(part) : null;
  if (inner === null) {
    return <RowView part={part} path={path} onChange={onChange} copy={copy} remove={remove} />;
  }
  return (
    <li>
      <GroupView
        group={inner}
        path={path}
        depth={depth + 1}
        onChange={(next) => onChange(fromGroup(next))}
        remove={remove}
      />
    </li>
  );
}

function AddMenu({ depth, add }: { depth: number; add: (part: Condition) => void }) {
  const { t } = useTranslation();
  return (
    <div>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} />}>
            {t("conditions.add")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {questionKinds.map((kind) => (
            <Menu.Item key={kind} onClick={() => add(newQuestion(kind))}>
              {t(`conditions.kinds.${kind}`)}
            </Menu.Item>
          ))}
          <Menu.Divider />
          {depth < depthMax && (
            <Menu.Item onClick={() => add({ any: [] })}>{t("conditions.addGroup")}</Menu.Item>
          )}
          <Menu.Item onClick={() => add("")}>{t("conditions.addText")}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
