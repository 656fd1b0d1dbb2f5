import { Button, Menu } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconChevronDown } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/permissions";
import type { ContactFilter } from "@/app/filters";
import { useNumber } from "@/components/number";
import { ConsentForm, EraseForm, ListForm, MergeForm } from "./bulk-forms";
import type { Target } from "./bulk";
import classes from "./contacts.module.css";
import { wholeCondition } from "./filter";
import type { Chosen } from "./selection";

interface Props {
  chosen: Chosen;
  filter: ContactFilter;
  /** Whom the filter finds in all. */
  total: number;
  chooseAll: () => void;
  clear: () => void;
}

/** What can be done with those who are chosen. */
export function BulkBar({ chosen, filter, total, chooseAll, clear }: Props) {
  const { t } = useTranslation();
  const number = useNumber();
  const mayErase = useMay("admin");
  const count = chosen.all ? total : chosen.ids.size;
  // A search is no condition: what it finds is chosen by its rows only.
  const mayChooseAll = !chosen.all && filter.q === undefined && total > count;
  const target: Target = chosen.all
    ? { count, where: wholeCondition(filter) ?? "everybody" }
    : { count, contacts: [...chosen.ids] };
  const open = (title: string, form: ReactNode) => modals.open({ title, children: form });
  return (
    <div className={classes.bulk} role="region" aria-label={t("contacts.chosen")}>
      <span role="status">
        <strong className="num">
          {t("contacts.chosenCount", { count, number: number(count) })}
        </strong>
      </span>
      {mayChooseAll && (
        <Button size="compact-sm" variant="subtle" onClick={chooseAll}>
          {t("contacts.chooseAll", { number: number(total) })}
        </Button>
      )}
      <Menu position="bottom-start">
        <Menu.Target>
          <Button size="compact-sm" rightSection={<IconChevronDown size={14} />}>
            {t("contacts.actions")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {(["add_to_list", "remove_from_list"] as const).map((action) => (
            <Menu.Item
              key={action}
              onClick={() =>
                open(
                  t(`contacts.bulk.${action}`),
                  <ListForm action={action} target={target} done={clear} />,
                )
              }
            >
              {t(`contacts.bulk.${action}`)}
            </Menu.Item>
          ))}
          <Menu.Divider />
          {(["opt_in", "opt_out"] as const).map((action) => (
            <Menu.Item
              key={action}
              onClick={() =>
                open(
                  t(`contacts.bulk.${action}`),
                  <ConsentForm action={action} target={target} done={clear} />,
                )
              }
            >
              {t(`contacts.bulk.${action}`)}
            </Menu.Item>
          ))}
          {!chosen.all && chosen.ids.size === 2 && (
            <Menu.Item
              onClick={() =>
                open(
                  t("contacts.mergeTitle"),
                  <MergeForm pair={[...chosen.ids] as [string, string]} done={clear} />,
                )
              }
            >
              {t("contacts.merge")}
            </Menu.Item>
          )}
          {mayErase && (
            <>
              <Menu.Divider />
              <Menu.Item
                c="var(--app-text-bad)"
                onClick={() =>
                  open(t("contacts.bulk.erase"), <EraseForm target={target} done={clear} />)
                }
              >
                {t("contacts.bulk.erase")}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <Button size="compact-sm" variant="subtle" onClick={clear}>
        {t("contacts.chooseNone")}
      </Button>
    </div>
  );
}
