import { ActionIcon, Select } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconX } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, type Schemas, unwrap } from "@/api/client";
import { useMay } from "@/api/permissions";
import { Panel } from "@/components/page";
import { listsQuery } from "@/conditions/queries";
import classes from "./contact.module.css";

/** The static lists that the contact is on; it is put on one, or taken off, here. */
export function ContactLists({ contact }: { contact: Schemas["Contact"] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayWrite = useMay("write");
  const lists = useQuery(listsQuery).data?.items ?? [];
  const change = useMutation({
    mutationFn: ({ key, on }: { key: string; on: boolean }) =>
      unwrap(
        api.POST("/lists/{key}/contacts", {
          params: { path: { key } },
          body: on ? { add: [contact.id] } : { remove: [contact.id] },
        }),
      ),
    onSuccess: () => client.invalidateQueries(),
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  const others = lists.filter((each) => !contact.lists.some((on) => on.key === each.key));
  return (
    <Panel title={t("nav.lists")}>
      {contact.lists.length === 0 && <p className={classes.dim}>{t("contacts.noLists")}</p>}
      <ul className={classes.rows}>
        {contact.lists.map((list) => (
          <li key={list.key} className={classes.line}>
            <span className={classes.grow}>
              <Link to="/lists/$key" params={{ key: list.key }}>
                {list.name}
              </Link>
            </span>
            {mayWrite && (
              <ActionIcon
                size="sm"
                variant="subtle"
                color="gray"
                aria-label={t("contacts.takeOff", { list: list.name })}
                onClick={() => change.mutate({ key: list.key, on: false })}
              >
                <IconX size={14} />
              </ActionIcon>
            )}
          </li>
        ))}
      </ul>
      {mayWrite && others.length > 0 && (
        <Select
          size="xs"
          mt="xs"
          aria-label={t("contacts.bulk.add_to_list")}
          placeholder={t("contacts.bulk.add_to_list")}
          data={others.map((each) => ({ value: each.key, label: each.name }))}
          value={null}
          onChange={(key) => key !== null && change.mutate({ key, on: true })}
          searchable
        />
      )}
    </Panel>
  );
}
