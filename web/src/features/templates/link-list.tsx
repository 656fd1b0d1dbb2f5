import { ActionIcon, Button, Select, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./link-list.module.css";
import type { Node } from "./document";
import type { Set } from "./inspector";

/** At most so many entries in a menu, and so many networks. */
const linksMax = 12;

/** The networks that the server's renderer names. */
const networks = [
  { value: "bluesky", label: "Bluesky" },
  { value: "facebook", label: "Facebook" },
  { value: "github", label: "GitHub" },
  { value: "instagram", label: "Instagram" },
  { value: "linkedin", label: "LinkedIn" },
  { value: "mastodon", label: "Mastodon" },
  { value: "pinterest", label: "Pinterest" },
  { value: "threads", label: "Threads" },
  { value: "tiktok", label: "TikTok" },
  { value: "website", label: "Website" },
  { value: "whatsapp", label: "WhatsApp" },
  { value: "x", label: "X" },
  { value: "youtube", label: "YouTube" },
];

interface Props {
  block: Node;
  set: Set;
  /** `items` of a menu have words, `links` lead to networks. */
  member: "items" | "links";
}

/** The links of a menu, or to networks. */
export function LinkList({ block, set, member }: Props) {
  const { t } = useTranslation();
  const links = (Array.isArray(block[member]) ? block[member] : []) as readonly Node[];
  const put = (next: readonly Node[], what?: string) =>
    set({ [member]: next.length === 0 && member === "links" ? undefined : next }, what);
  const change = (at: number, members: Node, what: string) =>
    put(
      links.map((link, index) => (index === at ? { ...link, ...members } : link)),
      `${member}.${at}.${what}`,
    );
  const swap = (at: number, to: number) => {
    const next = [...links];
    [next[at], next[to]] = [next[to]!, next[at]!];
    put(next);
  };
  const add = () =>
    put([
      ...links,
      member === "items"
        ? { label: "", href: "https://" }
        : { network: "website", href: "https://" },
    ]);
  return (
    <fieldset className={classes.list}>
      <legend>{t(`templates.links.${member}`)}</legend>
      {member === "links" && links.length === 0 && (
        <p className={classes.hint}>{t("templates.links.ofBrand")}</p>
      )}
      {links.map((link, at) => (
        <div key={at} className={classes.link} role="group" aria-label={nameOf(link, at)}>
          {member === "items" ? (
            <Words value={link.label} onChange={(label) => change(at, { label }, "label")} />
          ) : (
            <Select
              size="xs"
              label={t("templates.links.network")}
              data={withPresent(String(link.network ?? ""))}
              value={String(link.network ?? "")}
              onChange={(network) => change(at, { network }, "network")}
              allowDeselect={false}
              searchable
            />
          )}
          <TextInput
            label={t("templates.fields.href")}
            value={String(link.href ?? "")}
            onChange={(event) => change(at, { href: event.currentTarget.value }, "href")}
          />
          <div className={classes.buttons}>
            <ActionIcon
              variant="default"
              aria-label={t("templates.up")}
              disabled={at === 0}
              onClick={() => swap(at, at - 1)}
            >
              <IconArrowUp size={14} />
            </ActionIcon>
            <ActionIcon
              variant="default"
              aria-label={t("templates.down")}
              disabled={at === links.length - 1}
              onClick={() => swap(at, at + 1)}
            >
              <IconArrowDown size={14} />
            </ActionIcon>
            <ActionIcon
              variant="default"
              aria-label={t("templates.remove")}
              onClick={() => put(links.filter((_, index) => index !== at))}
            >
              <IconTrash size={14} />
            </ActionIcon>
          </div>
        </div>
      ))}
      <Button
        variant="default"
        leftSection={<IconPlus size={15} />}
        disabled={links.length >= linksMax}
        onClick={add}
      >
        {t("templates.links.add")}
      </Button>
    </fieldset>
  );
}

/** Words with variables are nodes, which a field would flatten. */
function Words({ value, onChange }: { value: unknown; onChange: (label: string) => void }) {
  const { t } = useTranslation();
  const label = t("templates.words");
  if (typeof value === "object" && value !== null) {
    return <TextInput label={label} value={t("templates.nodes")} disabled />;
  }
  return (
    <TextInput
      label={label}
      value={String(value ?? "")}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** One that is not known here is still offered where it is chosen. */
const withPresent = (present: string) =>
  networks.some(({ value }) => value === present) || present === ""
    ? networks
    : [{ value: present, label: present }, ...networks];

const nameOf = (link: Node, at: number) => {
  const said = link.label ?? link.network;
  return typeof said === "string" && said !== "" ? said : String(at + 1);
};
