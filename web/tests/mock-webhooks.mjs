// Outgoing webhooks for the mock: one that works, one that fails, one that was switched off.
import { iso, start } from "./mock-data.mjs";

const hour = 3_600_000;
const endpoint = (number, more) => ({
  id: String(number).padStart(32, "0"),
  url: "https://hooks.crm.example.com/sojourn/incoming/5d41402abc4b2a76b9719d911017c592",
  description: "",
  events: ["message.sent", "message.opened", "segment.entered"],
  on: true,
  offReason: null,
  failingSince: null,
  oldSecretUntil: null,
  createdBy: "mia@shop.example.com",
  createdAt: iso(start - 40 * hour),
  ...more,
});
const deliveries = Array.from({ length: 40 }, (_, i) => {
  const state = i === 0 ? "waiting" : i % 9 === 4 ? "failed" : "delivered";
  return {
    id: String(900 - i),
    webhookId: `event-${48_120 - i}`,
    event: ["message.opened", "segment.entered", "message.sent"][i % 3],
    state,
    attempts: state === "failed" ? 10 : 1,
    status: state === "delivered" ? 204 : state === "failed" ? null : 503,
    error: state === "failed" ? "timed_out" : null,
    createdAt: iso(start - i * hour),
    dueAt: state === "waiting" ? iso(start + hour) : null,
    endedAt: state === "waiting" ? null : iso(start - i * hour + 200),
  };
});
const body = JSON.stringify({
  type: "message.opened",
  timestamp: iso(start),
  data: { contact: { id: "c_1", email: "ann@shop.example" }, message: { id: "7" } },
});

export function webhookRoutes({ list, page, one }) {
  const endpoints = [
    endpoint(1, { description: "The CRM" }),
    endpoint(2, { failingSince: iso(start - 5 * hour), oldSecretUntil: iso(start + hour) }),
    endpoint(3, { description: "The old warehouse", on: false, offReason: "failing" }),
  ];
  const find = (id) => endpoints.find((each) => each.id === id);
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";
  return [
    ["GET", /^\/webhook-endpoints$/, (url) => page(list(endpoints), url)],
    ["POST", /^\/webhook-endpoints$/, (_u, draft) => [201, { ...endpoint(4, draft), secret }]],
    ["GET", /^\/webhook-endpoints\/(\w+)$/, (_u, _b, id) => one(find(id))],
    [
      "PATCH",
      /^\/webhook-endpoints\/(\w+)$/,
      (_u, change, id) => one(Object.assign(find(id), change)),
    ],
    ["DELETE", /^\/webhook-endpoints\/(\w+)$/, () => [204, null]],
    [
      "POST",
      /^\/webhook-endpoints\/(\w+)\/secret$/,
      (_u, _b, id) => [200, { ...find(id), secret }],
    ],
    ["POST", /^\/webhook-endpoints\/(\w+)\/test$/, () => [202, deliveries[0]]],
    [
      "GET",
      /^\/webhook-endpoints\/\w+\/deliveries$/,
      (url) => {
        const state = url.searchParams.get("state");
        return page(
          deliveries.filter((each) => !state || each.state === state),
          url,
        );
      },
    ],
    [
      "GET",
      /^\/webhook-endpoints\/\w+\/deliveries\/(\d+)$/,
      (_u, _b, id) => {
        const found = deliveries.find((each) => each.id === id);
        const log = [
          { at: found.createdAt, status: found.status, error: found.error, tookMs: 212 },
        ];
        return one({ ...found, body, log });
      },
    ],
    ["POST", /^\/webhook-endpoints\/\w+\/deliveries\/\d+\/replay$/, () => [202, deliveries[0]]],
  ];
}
