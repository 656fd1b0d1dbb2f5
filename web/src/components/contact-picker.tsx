import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client";
import { useContactName } from "./contact-name";

interface Props {
  label: string;
  /** Id of the contact; null is nobody. */
  value: string | null;
  onChange: (id: string | null) => void;
}

const foundMax = 20;
const typingDelay = 200;

/** One contact, found by name, address or user id. */
export function ContactPicker({ label, value, onChange }: Props) {
  const { t } = useTranslation();
  const name = useContactName();
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState<{ value: string; label: string } | null>(null);
  const [asked] = useDebouncedValue(typed === chosen?.label ? "" : typed.trim(), typingDelay);
  const found = useQuery({
    queryKey: ["contacts", "picker", asked],
    queryFn: () =>
      unwrap(
        api.GET("/contacts", { params: { query: { q: asked || undefined, limit: foundMax } } }),
      ),
    placeholderData: (previous) => previous,
  });
  const items = (found.data?.items ?? []).map((contact) => ({
    value: contact.id,
    label: contact.email && contact.name ? `${contact.name} · ${contact.email}` : name(contact),
  }));
  const data =
    chosen && chosen.value === value && !items.some((each) => each.value === value)
      ? [chosen, ...items]
      : items;
  return (
    <Select
      size="xs"
      label={label}
      placeholder={t("picker.nobody")}
      data={data}
      value={value}
      onChange={(id) => {
        setChosen(data.find((each) => each.value === id) ?? null);
        onChange(id);
      }}
      searchable
      clearable
      clearButtonProps={{ "aria-label": t("picker.clear") }}
      searchValue={typed}
      onSearchChange={setTyped}
      // The server has searched already.
      filter={({ options }) => options}
      nothingFoundMessage={found.isFetching ? t("state.loading") : t("picker.nothing")}
    />
  );
}
