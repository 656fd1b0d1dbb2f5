import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { change, type Doc, type Node } from "./document";
import { brandsQuery } from "./queries";

const defaultBrand = "default";

/** Whose colours, letters and logo the message has. */
export function Brand({ doc, edit }: { doc: Doc; edit: (next: Doc, what?: string) => void }) {
  const { t } = useTranslation();
  const brands = useQuery(brandsQuery).data ?? [];
  const theme = (typeof doc.theme === "object" && doc.theme !== null ? doc.theme : {}) as Node;
  const chosen = typeof theme.brand === "string" ? theme.brand : defaultBrand;
  const known = [...new Set([defaultBrand, ...brands, chosen])];
  const choose = (brand: string | null) => {
    const { brand: _before, ...rest } = theme;
    const next = brand === null || brand === defaultBrand ? rest : { ...rest, brand };
    edit(change(doc, [], { theme: Object.keys(next).length === 0 ? undefined : next }));
  };
  return (
    <Select
      size="xs"
      label={t("templates.brand")}
      description={brands.length === 0 ? t("templates.noBrand") : undefined}
      data={known.map((key) => ({
        value: key,
        label: key === defaultBrand ? t("templates.defaultBrand") : key,
      }))}
      value={chosen}
      onChange={choose}
      allowDeselect={false}
    />
  );
}
