import {
  IconAlignLeft,
  IconBlockquote,
  IconBrandYoutube,
  IconClockHour4,
  IconCode,
  IconColumns2,
  IconFileTextShield,
  IconForms,
  IconHeading,
  IconLayoutList,
  IconLine,
  IconMenu2,
  IconPhoto,
  IconPuzzle,
  IconShare,
  IconShoppingBag,
  IconSpacingVertical,
  IconTable,
} from "@tabler/icons-react";
import type { Block } from "./document";

export const icons: Record<string, typeof IconForms> = {
  heading: IconHeading,
  text: IconAlignLeft,
  button: IconForms,
  image: IconPhoto,
  divider: IconLine,
  spacer: IconSpacingVertical,
  columns: IconColumns2,
  quote: IconBlockquote,
  product: IconShoppingBag,
  "list-repeat": IconLayoutList,
  table: IconTable,
  menu: IconMenu2,
  social: IconShare,
  countdown: IconClockHour4,
  "video-thumb": IconBrandYoutube,
  "saved-block": IconPuzzle,
  raw: IconCode,
  "legal-footer": IconFileTextShield,
};

/** What can be added, the usual ones first; what a new one holds is what the server asks for. */
export const palette: readonly Block[] = [
  { type: "heading", text: "" },
  { type: "text", text: "" },
  { type: "button", label: "", href: "https://" },
  { type: "image", src: "https://", alt: "" },
  { type: "divider" },
  { type: "spacer", height: 32 },
  { type: "columns", cols: [{ blocks: [] }, { blocks: [] }] },
  { type: "quote", text: "" },
  { type: "product", name: "", href: "https://" },
  {
    type: "list-repeat",
    each: { in: "event.items", as: "item" },
    blocks: [
      {
        type: "text",
        text: {
          type: "doc",
          content: [
            {
              type: "paragraph",
              content: [{ type: "liquidVar", attrs: { expr: "item.name", fallback: "" } }],
            },
          ],
        },
      },
    ],
  },
  { type: "table", header: ["", ""], rows: [["", ""]] },
  { type: "menu", items: [{ label: "", href: "https://" }] },
  { type: "social" },
  { type: "video-thumb", src: "https://", href: "https://", label: "" },
  { type: "countdown", until: "" },
  { type: "saved-block", block: "" },
  { type: "legal-footer" },
  { type: "raw", html: "<p></p>" },
];
