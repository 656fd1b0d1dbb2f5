import { useTranslation } from "react-i18next";
import { Choice } from "./choice";

interface Props {
  label: string;
  value: unknown;
  onChange: (key: string) => void;
  items: readonly { key: string; name: string }[];
}

/** One of the definitions there are; a name in the place of a key, or one that is gone, stays as it is. */
export function NamedChoice({ label, value, onChange, items }: Props) {
  const { t } = useTranslation();
  const key = typeof value === "string" ? value : "";
  return (
    <Choice
      label={label}
      value={key}
      onChange={onChange}
      options={[
        { value: "", label: t("conditions.choose") },
        ...items.map((each) => ({ value: each.key, label: each.name })),
      ]}
    />
  );
}
