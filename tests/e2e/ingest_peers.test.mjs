// The server libraries of Segment and RudderStack deliver to Sojourn unchanged; an answer that gets lost
// makes them send again, and no second event.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import RudderAnalytics from "@rudderstack/rudder-sdk-node";
import { Analytics } from "@segment/analytics-node";
import { eventually } from "./support/eventually.mjs";
import { startFaultyProxy } from "./support/faulty_proxy.mjs";
import { keys, Server } from "./support/server.mjs";

let server;
before(async () => (server = await Server.start()));
after(() => server?.remove());

/** Each client as `{call(type, fields), close()}`; `close` resolves when everything was delivered. */
const clients = {
  "@segment/analytics-node": (host) => {
    const analytics = new Analytics({ writeKey: keys.server, host, maxRetries: 5 });
    analytics.on("error", () => undefined); // A failed delivery shows as a missing event.
    return {
      call: (type, fields) => analytics[type](fields),
      close: () => analytics.closeAndFlush({ timeout: 30_000 }),
    };
  },
  "@rudderstack/rudder-sdk-node": (dataPlaneUrl) => {
    const analytics = new RudderAnalytics(keys.server, { dataPlaneUrl, logLevel: "error" });
    return {
      call: (type, fields) => analytics[type](fields),
      close: () => analytics.flush(),
    };
  },
};

/** One call of each type, and how the event must read in `GET /api/v1/events`. */
function story(person) {
  const contact = { userId: person };
  return [
    {
      type: "identify",
      fields: { ...contact, traits: { email: `${person}@example.com`, industry: "retail" } },
      stored: {
        type: "identify",
        properties: { email: `${person}@example.com`, industry: "retail" },
      },
    },
    {
      type: "track",
      fields: {
        ...contact,
        event: "Order Completed",
        properties: { order_id: "o-1", revenue: 40.5, products: [{ sku: "a", quantity: 2 }] },
      },
      stored: {
        type: "track",
        name: "Order Completed",
        properties: { order_id: "o-1", revenue: 40.5, products: [{ sku: "a", quantity: 2 }] },
      },
    },
    {
      type: "page",
      fields: { ...contact, name: "Pricing", properties: { path: "/pricing" } },
      stored: { type: "page", name: "Page Viewed", properties: { path: "/pricing" } },
    },
    {
      type: "screen",
      fields: { ...contact, name: "Cart", properties: { items: 3 } },
      stored: { type: "screen", name: "Screen Viewed", properties: { items: 3 } },
    },
    {
      type: "group",
      fields: { ...contact, groupId: `company-of-${person}`, traits: { seats: 5 } },
      stored: { type: "group", properties: { seats: 5 } },
    },
    {
      type: "alias",
      fields: { ...contact, previousId: `anonymous-${person}` },
      stored: { type: "alias" },
    },
  ];
}

for (const [name, open] of Object.entries(clients)) {
  const person = `ana-${Object.keys(clients).indexOf(name)}`;

  describe(name, () => {
    test("delivers every type of call unchanged", async () => {
      const client = open(server.url);
      for (const { type, fields } of story(person)) {
        client.call(type, { ...fields, messageId: `${person}-${type}` });
      }
      await client.close();
      for (const { type, stored } of story(person)) {
        // Whose it is shows once it has been applied, which is after it was stored.
        const [event] = await eventually(`${type} is stored and applied`, async () => {
          const found = await server.eventsWith([`${person}-${type}`]);
          return found[0]?.contact?.userId && found;
        });
        assert.equal(event.type, stored.type);
        if (stored.name) assert.equal(event.name, stored.name);
        assert.equal(event.contact?.userId, person, `the contact of ${type}`);
        for (const [key, value] of Object.entries(stored.properties ?? {})) {
          assert.deepEqual(event.properties[key], value, `${key} of ${type}`);
        }
        assert.ok(Math.abs(Date.parse(event.at) - Date.now()) < 60_000, `the time of ${type}`);
      }
    });

    test("makes one contact of its calls, with the traits of identify", async () => {
      const contact = await eventually("the contact exists", () => server.contact(person));
      assert.equal(contact.email, `${person}@example.com`);
      assert.equal(contact.attributes.industry.value, "retail");
    });

    for (const fault of ["500", "cut"]) {
      const what = fault === "cut" ? "a connection cut" : "an answer 500";
      test(`after the request was stored, ${what} makes it send again, and no second event`, async () => {
        const proxy = await startFaultyProxy(server.url, [fault, fault]);
        try {
          const client = open(proxy.url);
          const ids = [1, 2, 3].map((index) => `${person}-${fault}-${index}`);
          for (const messageId of ids) {
            client.call("track", { userId: person, event: "Retried", messageId });
          }
          await client.close();
          await eventually("the client has sent it all again", () => {
            const times = (id) => proxy.forwarded.filter((one) => one.messageIds.includes(id));
            return ids.every((id) => times(id).length >= 1) && proxy.forwarded.length >= 3;
          });
          assert.ok(
            proxy.forwarded.every(({ status }) => status === 200),
            "the server has taken each attempt",
          );
          const events = await server.eventsWith(ids);
          assert.deepEqual(events.map(({ messageId }) => messageId).sort(), ids);
        } finally {
          await proxy.close();
        }
      });
    }
  });
}
