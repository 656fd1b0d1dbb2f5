// The team for the mock: users, invitations, and the link of one.
import { iso, start } from "./mock-data.mjs";

const day = 86_400_000;

const user = (email, role, ago, secondFactor = false) => ({
  email,
  role,
  secondFactor,
  createdAt: iso(start - ago * day),
});
const invitation = (email, role, left) => ({
  email,
  role,
  invitedBy: "mia@shop.example.com",
  createdAt: iso(Date.now() + (left - 7) * day),
  expiresAt: iso(Date.now() + left * day),
});

const said = [
  ["ben@shop.example.com", "definition.publish", "journey/pricing-page", "version 4"],
  ["mia@shop.example.com", "user.role", "vera@shop.example.com", "editor -> viewer"],
  ["ak_4h9x2m7q", "job.submit", "job/41", "export.contacts"],
  [
    "alexandra.papadopoulou-santos@shop.example.com",
    "sender_domain.rotated",
    "news.example.com",
    "",
  ],
  ["sojourn", "campaign.done", "campaign/spring", "4812 sent"],
  ["mia@shop.example.com", "session.opened", "mia@shop.example.com", ""],
];
function lines(filter) {
  const [actor, action, object] = ["actor", "action", "object"].map((name) => filter.get(name));
  return Array.from({ length: 60 }, (_, i) => {
    const [who, what, whom, detail] = said[i % said.length];
    const sequence = 60 - i;
    const at = iso(start - i * 47 * 60_000);
    const chain = String(sequence).padStart(64, "0");
    const client = who === "sojourn" ? null : "203.0.113.7";
    const changes =
      what === "user.role" ? [{ field: "role", before: "editor", after: "viewer" }] : [];
    return { sequence, at, actor: who, action: what, object: whom, detail, client, changes, chain };
  }).filter(
    (line) =>
      (!actor || line.actor === actor) &&
      (!action || line.action.startsWith(`${action}.`)) &&
      (!object || line.object.includes(object)),
  );
}

export function teamRoutes({ list, page, problem, one, session }) {
  const users = [
    user("mia@shop.example.com", "owner", 200),
    user("alexandra.papadopoulou-santos@shop.example.com", "admin", 120),
    user("ben@shop.example.com", "editor", 30, true),
    user("vera@shop.example.com", "viewer", 3),
  ];
  const invitations = list([
    invitation("noor@shop.example.com", "editor", 5),
    invitation("olaf@shop.example.com", "viewer", -1),
  ]);
  const factor = { on: false, recoveryCodesLeft: 0 };
  const find = (email) => users.find((each) => each.email === email);
  return [
    ["GET", /^\/team$/, (url) => page(list(users), url)],
    [
      "PUT",
      /^\/team\/([^/]+)$/,
      (_u, { role }, email) => {
        if (find(email)) Object.assign(find(email), { role });
        return one(find(email));
      },
    ],
    [
      "DELETE",
      /^\/team\/([^/]+)$/,
      (_u, _b, email) => {
        users.splice(users.indexOf(find(email)), 1);
        return [204, null];
      },
    ],
    ["DELETE", /^\/team\/([^/]+)\/second-factor$/, () => [204, null]],
    ["GET", /^\/second-factor$/, () => [200, factor]],
    [
      "POST",
      /^\/second-factor\/start$/,
      () => [
        200,
        {
          secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
          uri: "otpauth://totp/Sojourn%20Shop%20GmbH:mia%40shop.example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Sojourn%20Shop%20GmbH&algorithm=SHA1&digits=6&period=30",
          start: "AQID",
        },
      ],
    ],
    [
      "POST",
      /^\/second-factor$/,
      () => {
        Object.assign(factor, { on: true, recoveryCodesLeft: 10 });
        const codes = Array.from({ length: 10 }, (_, i) => `k4x2${i % 8}-b7qh${(i + 3) % 8}`);
        return [201, { recoveryCodes: codes }];
      },
    ],
    ["POST", /^\/second-factor\/off$/, () => problem(403, "wrong_code", "code")],
    ["GET", /^\/audit$/, (url) => page(list(lines(url.searchParams)), url)],
    ["GET", /^\/invitations$/, (url) => page(invitations, url)],
    [
      "POST",
      /^\/invitations$/,
      (_u, { email, role }) => {
        if (find(email)) return problem(409, "user_exists", "email", email);
        invitations.push(invitation(email, role, 7));
        return [
          201,
          {
            ...invitation(email, role, 7),
            link: "https://news.shop.example.com/join#AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAh",
          },
        ];
      },
    ],
    ["DELETE", /^\/invitations\/([^/]+)$/, () => [204, null]],
    [
      "POST",
      /^\/invitations\/look$/,
      (_u, { token }) =>
        token === "used"
          ? problem(410, "invitation_ended")
          : [200, { ...invitation("noor@shop.example.com", "editor", 5), workspace: "Shop GmbH" }],
    ],
    ["POST", /^\/invitations\/accept$/, () => [201, session()]],
    [
      "POST",
      /^\/password$/,
      (_u, { present }) =>
        present === "wrong" ? problem(403, "wrong_password", "present") : [204, null],
    ],
  ];
}
