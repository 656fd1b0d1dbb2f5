// Pictures for the mock: one that lacks words, one that is used, one that moves, and files for all of them.
import { iso } from "./mock-data.mjs";

const start = Date.parse("2026-11-20T09:00:00Z");
const widths = [320, 600, 800, 1200, 1600];
const colours = { a: "#2f56c4", b: "#8a3b2e", c: "#0a7d5c" };

function asset(key, letter, more) {
  const { width, height } = more;
  const picture = `${letter.repeat(32)}.png`;
  const kept = widths.filter((each) => each < width).concat(width <= 1600 ? [width] : []);
  return {
    key,
    alt: null,
    rev: "1",
    changedAt: iso(start),
    changedBy: "mia@shop.example.com",
    picture,
    served: "image/png",
    sizes: kept.map((each) => ({
      width: each,
      height: Math.max(1, Math.round((height * each) / width)),
      url: `https://news.example.com/assets/${letter.repeat(32)}/${each}.png`,
    })),
    present: true,
    type: "image/png",
    bytes: 12_000,
    animated: false,
    usedIn: [],
    ...more,
  };
}

const assets = () => [
  asset("logo", "b", { name: "Logo", alt: "Shop", width: 344, height: 120 }),
  asset("spring-hero", "a", {
    name: "Spring hero",
    width: 4000,
    height: 3000,
    bytes: 4_810_000,
    alt: "A table set for spring",
    usedIn: [{ kind: "template", key: "newsletter", name: "Newsletter" }],
  }),
  asset("team", "c", {
    name: "The team at the harbour, in the rain.jpg",
    width: 900,
    height: 1600,
  }),
];

/** The routes; `list` empties a list in an empty world, `page`, `problem` and `one` are the mock's. */
export function pictureRoutes({ list, page, problem, one }) {
  const all = list(assets());
  const find = (key) => all.find((each) => each.key === key);
  return [
    [
      "GET",
      /^\/assets$/,
      (url) => {
        const wanted = (url.searchParams.get("search") ?? "").toLowerCase();
        return page(
          all.filter((each) => `${each.key} ${each.name}`.toLowerCase().includes(wanted)),
          url,
        );
      },
    ],
    ["GET", /^\/assets\/([^/]+)$/, (_u, _b, key) => one(find(key))],
    [
      "PATCH",
      /^\/assets\/([^/]+)$/,
      (_u, words, key) => one(find(key) && Object.assign(find(key), words, { rev: "2" })),
    ],
    ["POST", /^\/assets$/, () => problem(415, "unsupported_picture", "picture")],
    [
      "DELETE",
      /^\/assets\/([^/]+)$/,
      (_u, _b, key) => {
        all.splice(all.indexOf(find(key)), 1);
        return [204, null];
      },
    ],
  ];
}

/** The picture at `/assets/ID/600.png`, drawn; null for any other path. */
export function pictureAt(pathname) {
  const found = /^\/assets\/([abc])\1{31}\/(\d+)\.png$/.exec(pathname);
  if (!found) return null;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3" width="${found[2]}"><path fill="${colours[found[1]]}" d="M0 0h4v3H0z"/></svg>`;
}
