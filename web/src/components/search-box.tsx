import { CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  label: string;
  placeholder: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

const typingDelay = 250;

/** A search field whose text stands in the address a moment after typing stops. */
export function SearchBox({ label, placeholder, value, onChange }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState(value ?? "");
  const [sent, setSent] = useState(value);
  const send = useDebouncedCallback((next: string) => {
    const trimmed = next.trim() || undefined;
    setSent(trimmed);
    onChange(trimmed);
  }, typingDelay);
  // The address changed by another way than typing: back, forward, "clear filters".
  if (value !== sent) {
    setSent(value);
    setText(value ?? "");
  }
  const type = (next: string) => {
    setText(next);
    send(next);
  };
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={placeholder}
      value={text}
      onChange={(event) => type(event.currentTarget.value)}
      leftSection={<IconSearch size={15} aria-hidden />}
      rightSection={
        text !== "" && (
          <CloseButton size="xs" aria-label={t("action.clearSearch")} onClick={() => type("")} />
        )
      }
      w={{ base: "100%", sm: 320 }}
    />
  );
}
