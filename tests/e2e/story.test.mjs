// The product's main job (examples/pricing-page) against the running server, once for each kind of
// receiver: a pricing-page visitor becomes a hot lead, is sent the case study of their industry, and
// what they do next decides how it goes on.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { eventually } from "./support/eventually.mjs";
import { inboxes, sender } from "./support/inboxes.mjs";
import { Server } from "./support/server.mjs";

/** As a person's browser: what a link scanner calls itself would not count as a click. */
const userAgent =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

/** Longer than any wait of the story. */
const longestWait = "60d";

const senderAddress = /<(.+)>/.exec(sender.SOJOURN_FROM)[1];

for (const [place, openInbox] of Object.entries(inboxes)) {
  describe(`the pricing-page story, with mails in ${place}`, () => {
    let inbox;
    let server;
    before(async () => {
      inbox = await openInbox();
      server = await Server.start({ env: inbox.env });
      await server.apply("examples/pricing-page");
    });
    after(async () => {
      await server?.remove();
      await inbox?.close();
    });

    const mailsTo = (person) => inbox.mailsTo(person.email, server);
    const mailCount = async (person) => (await mailsTo(person)).length;
    const run = async (person, journey) =>
      (await server.contact(person.userId)).runs.find(({ journey: key }) => journey.test(key));

    async function viewPricing(person) {
      const answer = await server.ingest("page", {
        userId: person.userId,
        name: "Pricing",
        properties: { path: "/pricing", url: "https://shop.example/pricing" },
        context: {
          traits: { email: person.email, firstName: person.firstName, industry: person.industry },
        },
      });
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
    }

    async function isHotLead(person) {
      const members = await server.list("/segments/hot-leads/contacts");
      return members.some(({ userId }) => userId === person.userId);
    }

    /** Two views of the pricing page, until the case study has arrived. */
    async function becomeHotLead(person) {
      await viewPricing(person);
      await viewPricing(person);
      await eventually(`${person.userId} is in hot-leads`, () => isHotLead(person));
      const [mail] = await eventually(`${person.userId} has the case study`, async () => {
        const mails = await mailsTo(person);
        return mails.length > 0 && mails;
      });
      return mail;
    }

    const person = (firstName, industry) => ({
      userId: firstName.toLowerCase(),
      email: `${firstName.toLowerCase()}@visitor.example`,
      firstName,
      industry,
    });
    const ana = person("Ana", "retail");
    const ben = person("Ben", "software");
    const cleo = person("Cleo", "retail");
    const dan = person("Dan", "software");

    let caseStudy;

    test("one view of the pricing page is not enough", async () => {
      await viewPricing(dan);
      await eventually("the contact exists", () => server.contact(dan.userId));
      await server.advance("1h");
      assert.equal(await isHotLead(dan), false);
      assert.equal(await mailCount(dan), 0);
    });

    test("the second view within a week makes a hot lead, who is sent the case study", async () => {
      caseStudy = await becomeHotLead(ana);
      assert.equal(caseStudy.to, ana.email);
      assert.equal(caseStudy.from, senderAddress);
    });

    test("the case study is the one of the contact's industry", async () => {
      const other = await becomeHotLead(ben);
      for (const [mail, own, foreign] of [
        [caseStudy, ana, ben],
        [other, ben, ana],
      ]) {
        for (const part of [mail.text, mail.html]) {
          assert.match(part, new RegExp(own.industry, "i"));
          assert.doesNotMatch(part, new RegExp(foreign.industry, "i"));
          assert.match(part, new RegExp(own.firstName));
        }
      }
    });

    test("the mail is whole: text and html, sender, postal address, one-click unsubscribe", () => {
      assert.match(caseStudy.header("Content-Type"), /^multipart\/alternative;/);
      assert.match(caseStudy.header("MIME-Version"), /^1\.0/);
      assert.match(caseStudy.header("Message-ID"), /^<[^<>@\s]+@[^<>@\s]+>$/);
      assert.ok(Date.parse(caseStudy.header("Date")), "it has a date");
      assert.match(caseStudy.header("List-Unsubscribe"), /<https?:\/\/[^>]+>/);
      assert.equal(caseStudy.header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
      assert.ok(caseStudy.subject.length > 0);
      for (const part of [caseStudy.text, caseStudy.html]) {
        assert.ok(part.includes("75001 Paris"), "the postal address stands in it");
        assert.doesNotMatch(part, /\{\{|\{%/, "nothing of the template is left");
      }
    });

    test("a salesperson was told about the hot lead", async () => {
      const timeline = await server.list(`/contacts/${ana.userId}/timeline?kinds=journey,message`);
      assert.ok(
        timeline.some(({ name, text }) => /notif|told/i.test(`${name} ${text}`)),
        JSON.stringify(timeline.map(({ name, text }) => `${name}: ${text}`)),
      );
    });

    test("a tracked link leads to where the mail says, and the click starts the nurture series", async () => {
      await server.advance("1h");
      const links = trackedLinks(caseStudy, server);
      assert.ok(links.length > 0, "the mail has a tracked link");
      const answer = await fetch(links[0], {
        redirect: "manual",
        headers: { "User-Agent": userAgent },
      });
      assert.equal(answer.status, 302);
      const target = new URL(answer.headers.get("location"));
      assert.match(target.protocol, /^https?:$/);
      assert.notEqual(target.origin, server.url);
      // The verdict whether a person or a machine has clicked is given a minute later.
      await server.advance("5m");
      await eventually("Ana is in the nurture series", () => run(ana, /nurture/));
    });

    test("a link that nobody made leads nowhere", async () => {
      const [link] = trackedLinks(caseStudy, server);
      // In the middle of the token: of its last character not every bit need count.
      const place = link.length - 10;
      const other = link[place] === "A" ? "B" : "A";
      const forged = link.slice(0, place) + other + link.slice(place + 1);
      const answer = await fetch(forged, { redirect: "manual" });
      assert.ok([400, 404].includes(answer.status), `${answer.status}`);
      assert.equal(answer.headers.get("location"), null);
    });

    test("a purchase in the middle of the wait ends the run with its goal and starts onboarding", async () => {
      await becomeHotLead(cleo);
      const waiting = (await server.contact(cleo.userId)).runs.find(
        ({ state }) => state === "active",
      );
      assert.ok(waiting?.waitingUntil, "the run waits");
      await server.advance("1h");
      const answer = await server.ingest("track", {
        userId: cleo.userId,
        event: "Order Completed",
        properties: { order_id: "order-1", revenue: 490, currency: "EUR", products: [] },
      });
      assert.equal(answer.status, 200);
      await eventually("the run has ended with its goal", async () => {
        const ended = await run(cleo, new RegExp(`^${waiting.journey}$`));
        return ended.state === "goal" && ended.waitingUntil === null;
      });
      await eventually("onboarding has begun", () => run(cleo, /onboarding/));
    });

    test("GET and HEAD of the unsubscribe address change nothing; the one-click POST does", async () => {
      const address = /<(https?:\/\/[^>]+)>/.exec(caseStudy.header("List-Unsubscribe"))[1];
      const optedOut = async () => {
        const { consent } = await server.contact(ana.userId);
        return consent.some(({ state }) => state === "unsubscribed");
      };
      for (const method of ["HEAD", "GET"]) {
        const answer = await fetch(address, { method, redirect: "manual" });
        assert.equal(answer.status, 200, method);
        await server.advance("1s");
        assert.equal(await optedOut(), false, method);
      }
      for (const time of ["first", "second"]) {
        const answer = await fetch(address, {
          method: "POST",
          redirect: "manual",
          headers: { "Content-Type": "application/x-www-form-urlencoded" },
          body: "List-Unsubscribe=One-Click",
        });
        assert.equal(answer.status, 200, `the ${time} time`);
      }
      await eventually("Ana has opted out", optedOut);
    });

    test("who answers nothing gets one follow-up and then nothing more; who opted out gets nothing", async () => {
      const before = { ana: await mailCount(ana), ben: await mailCount(ben) };
      assert.equal(before.ben, 1);
      const subjects = (await mailsTo(cleo)).map(({ subject }) => subject);
      await server.advance(longestWait);
      await eventually("Ben has the follow-up", async () => (await mailCount(ben)) > 1);
      await server.advance(longestWait);
      const queued = (await server.get("/home")).messagesQueued;
      assert.equal(queued, 0, "nothing waits to be sent");
      assert.equal(await mailCount(ben), 2, "one follow-up");
      assert.equal(await mailCount(ana), before.ana, "no mail after the opt-out");
      const [, followUp] = await mailsTo(ben);
      assert.ok(
        (await mailsTo(cleo)).every(({ subject }) => subject !== followUp.subject),
        `a customer is not followed up: ${subjects}`,
      );
      const { runs } = await server.contact(ben.userId);
      assert.ok(
        runs.every(({ state }) => state !== "active"),
        "Ben's sequence has stopped",
      );
    });

    test("no mail has gone out twice, and every one is accounted for", async () => {
      for (const someone of [ana, ben, cleo, dan]) {
        const ids = (await mailsTo(someone)).map((mail) => mail.header("Message-ID"));
        assert.equal(new Set(ids).size, ids.length);
        const messages = await server.list(`/messages?contact=${someone.userId}&status=sent`);
        const sent = messages.filter(({ address }) => address === someone.email);
        assert.equal(sent.length, ids.length, `messages sent to ${someone.userId}`);
      }
      assert.deepEqual(await server.list("/messages?status=uncertain"), []);
      assert.deepEqual(await server.list("/messages?status=failed"), []);
    });
  });
}

/** The links of a mail that pass through the server, but for the one that unsubscribes. */
function trackedLinks(mail, server) {
  const unsubscribe = /<(https?:\/\/[^>]+)>/.exec(mail.header("List-Unsubscribe"))[1];
  return [...mail.html.matchAll(/<a\s[^>]*href="([^"]+)"/gi)]
    .map(([, address]) => address.replaceAll("&amp;", "&"))
    .filter((address) => address.startsWith(`${server.url}/c/`) && address !== unsubscribe);
}
