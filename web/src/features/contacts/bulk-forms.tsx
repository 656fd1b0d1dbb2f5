import { Button, Select, Stack, Text, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client";
import { contactQuery } from "@/api/contact";
import { topicsQuery } from "@/api/topics";
import { useContactName } from "@/components/contact-name";
import { useNumber } from "@/components/number";
import { listsQuery } from "@/conditions/queries";
import { keyFor } from "@/drafts/key-for";
import { type Target, useBulkChange, useBulkErase } from "./bulk";

interface Props<Action extends string> {
  action: Action;
  target: Target;
  done: () => void;
}

const newList = "new list";

function Problem({ error }: { error: Error | null }) {
  return (
    error && (
      <Text size="sm" c="var(--app-text-bad)" role="alert">
        {error.message}
      </Text>
    )
  );
}

/** Which list they are put on, or taken off; a new one may be made. */
export function ListForm({ action, target, done }: Props<"add_to_list" | "remove_from_list">) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const lists = useQuery(listsQuery).data?.items ?? [];
  const [list, setList] = useState<string | null>(null);
  const [name, setName] = useState("");
  const change = useBulkChange(target, done);
  const create = useMutation({
    mutationFn: async () => {
      const key = keyFor(name, new Set(lists.map((each) => each.key)), "list");
      await unwrap(api.POST("/lists", { body: { key, name: name.trim() } }));
      await client.invalidateQueries({ queryKey: ["lists"] });
      return key;
    },
    onSuccess: (key) => change.mutate({ action, list: key }),
  });
  const isNew = list === newList;
  const submit = () => {
    if (isNew) create.mutate();
    else if (list !== null) change.mutate({ action, list });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack gap="sm">
        <Select
          size="xs"
          label={t("contacts.list")}
          placeholder={t("contacts.whyChoose")}
          data={[
            ...(action === "add_to_list"
              ? [{ value: newList, label: t("contacts.bulk.newList") }]
              : []),
            ...lists.map((each) => ({ value: each.key, label: each.name })),
          ]}
          value={list}
          onChange={setList}
          searchable
          required
        />
        {isNew && (
          <TextInput
            label={t("contacts.bulk.listName")}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={200}
            required
          />
        )}
        <Problem error={create.error ?? change.error} />
        <Button
          type="submit"
          size="sm"
          disabled={list === null || (isNew && name.trim() === "")}
          loading={change.isPending || create.isPending}
        >
          {t(`contacts.bulk.confirm.${action}`, { count: target.count })}
        </Button>
      </Stack>
    </form>
  );
}

const everything = "";

/** About which topic they have opted in, or out. */
export function ConsentForm({ action, target, done }: Props<"opt_in" | "opt_out">) {
  const { t } = useTranslation();
  const topics = useQuery(topicsQuery).data ?? [];
  const [topic, setTopic] = useState(everything);
  const change = useBulkChange(target, done);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate({ action, ...(topic === everything ? {} : { topic }) });
      }}
    >
      <Stack gap="sm">
        <Select
          size="xs"
          label={t("contacts.bulk.topic")}
          data={[
            { value: everything, label: t("contacts.everyTopic") },
            ...topics.map(({ key, name }) => ({ value: key, label: name })),
          ]}
          value={topic}
          onChange={(next) => setTopic(next ?? everything)}
          allowDeselect={false}
        />
        <Text size="sm" c="dimmed">
          {t(`contacts.bulk.text.${action}`)}
        </Text>
        <Problem error={change.error} />
        <Button type="submit" size="sm" loading={change.isPending}>
          {t(`contacts.bulk.confirm.${action}`, { count: target.count })}
        </Button>
      </Stack>
    </form>
  );
}

/** For good; the number is typed, so that nobody does it by mistake. */
export function EraseForm({ target, done }: Omit<Props<string>, "action">) {
  const { t } = useTranslation();
  const number = useNumber();
  const [typed, setTyped] = useState("");
  const erase = useBulkErase(target, done);
  const ready = typed.replace(/\D/g, "") === String(target.count);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) erase.mutate(target.count);
      }}
    >
      <Stack gap="sm">
        <Text size="sm">{t("contacts.bulk.eraseText", { count: target.count })}</Text>
        <Text size="sm" fw={600}>
          {t("contacts.eraseForGood")}
        </Text>
        <TextInput
          label={t("contacts.bulk.eraseType", { number: number(target.count) })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          inputMode="numeric"
          autoComplete="off"
          required
        />
        <Problem error={erase.error} />
        <Button type="submit" size="sm" color="red.9" disabled={!ready} loading={erase.isPending}>
          {t("contacts.eraseConfirm")}
        </Button>
      </Stack>
    </form>
  );
}

/** Two contacts become one. */
export function MergeForm({ pair, done }: { pair: [string, string]; done: () => void }) {
  const { t } = useTranslation();
  const name = useContactName();
  const client = useQueryClient();
  const [first, second] = [useQuery(contactQuery(pair[0])), useQuery(contactQuery(pair[1]))];
  const merge = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/contacts/{id}/merge", {
          params: { path: { id: pair[0] } },
          body: { into: pair[1] },
        }),
      ),
    onSuccess: async (survivor) => {
      modals.closeAll();
      done();
      notifications.show({
        color: "green",
        message: t("contacts.merged", { name: name(survivor) }),
      });
      await client.invalidateQueries();
    },
  });
  return (
    <Stack gap="sm">
      <ul style={{ margin: 0, paddingInlineStart: 18, fontSize: 13 }}>
        {[first, second].map(({ data }, index) => (
          <li key={index}>
            {data ? name(data) : "…"}
            {data?.email && data.email !== data.name && ` · ${data.email}`}
            {data?.userId && ` · ${data.userId}`}
          </li>
        ))}
      </ul>
      <Text size="sm">{t("contacts.mergeText")}</Text>
      <Text size="sm" fw={600}>
        {t("contacts.eraseForGood")}
      </Text>
      <Problem error={merge.error} />
      <Button size="sm" loading={merge.isPending} onClick={() => merge.mutate()} data-autofocus>
        {t("contacts.merge")}
      </Button>
    </Stack>
  );
}
