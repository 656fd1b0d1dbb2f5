import { expect, test } from "vitest";
import { copyText, keyFor, panelOfLine, readDraft, resendText, writeDraft } from "./draft";

const source = `# Written by hand.
kind: campaign
key: spring
name: Spring sale
audience:
  segments: [customers]
  except: {lists: [staff]}
template: spring
send: {local: "2026-03-10T09:00"}
pause_at: {bounced: 3} # careful
test:
  arms:
    - {name: plain, subject: Plain}
    - {name: loud, from: {address: shop@example.com}}
  after: 4h
  confidence: 90
`;

test("a definition is read as its page shows it", () => {
  expect(readDraft(source)).toEqual({
    name: "Spring sale",
    audience: {
      kind: "parts",
      in: ["segment:customers"],
      except: ["list:staff"],
      resend: { campaign: "", to: "not_opened" },
    },
    template: "spring",
    subject: "",
    from: { name: "", address: "" },
    topic: "",
    class: "marketing",
    send: { kind: "local", at: "2026-03-10T09:00", perHour: null },
    test: {
      arms: [
        { name: "plain", subject: "Plain", template: "", time: "" },
        { name: "loud", subject: "", template: "", time: "" },
      ],
      choose: "winner",
      sample: 20,
      floor: 5,
      measure: "clicked",
      event: "",
      after: "4h",
      ifUnclear: "",
    },
  });
});

test("what is not changed stays as it was written", () => {
  const before = readDraft(source);
  expect(writeDraft(source, before, { ...before, name: "Sale" })).toBe(
    source.replace("name: Spring sale", "name: Sale"),
  );
});

test("each change is read again as it was made", () => {
  const before = readDraft(source);
  const after = {
    ...before,
    audience: { ...before.audience, kind: "everyone" as const },
    subject: "20 % off: {{ contact.firstName }}",
    from: { name: "The Shop", address: "shop@example.com" },
    class: "transactional" as const,
    send: { kind: "at" as const, at: "2026-03-10T08:00:00Z", perHour: 2000 },
  };
  const written = writeDraft(source, before, after);
  expect(readDraft(written)).toEqual({ ...after, audience: { ...after.audience, in: [] } });
  expect(written).toContain("# Written by hand.");
  expect(written).toContain("pause_at: {bounced: 3} # careful");
});

test("a changed test keeps what its form does not show", () => {
  const before = readDraft(source);
  const written = writeDraft(source, before, {
    ...before,
    test: { ...before.test!, sample: 40 },
  });
  expect(written).toContain("confidence: 90");
  expect(written).toContain("shop@example.com");
  expect(readDraft(written).test?.sample).toBe(40);
  expect(writeDraft(source, before, { ...before, test: null })).not.toContain("arms");
});

test("a variant's own time and a bandit are written as the server reads them", () => {
  const before = readDraft(source);
  const test = before.test!;
  const arms = test.arms.map((arm, index) => ({ ...arm, time: index === 0 ? "09:00" : "" }));
  const bandit = {
    ...before,
    test: { ...test, arms, choose: "bandit" as const, sample: 10, floor: 8, ifUnclear: "loud" },
  };
  const written = writeDraft(source, before, bandit);
  expect(readDraft(written).test).toEqual({ ...bandit.test, ifUnclear: "" });
  expect(written).not.toMatch(/confidence|if_unclear/);
  const winner = { ...bandit, test: { ...bandit.test, choose: "winner" as const } };
  const again = writeDraft(written, readDraft(written), winner);
  expect(again).not.toMatch(/choose|floor/);
  expect(readDraft(again).test?.arms[0]?.time).toBe("09:00");
});

test("a copy has a key of its own, and one for those who did not answer no schedule", () => {
  expect(readDraft(copyText(source, "spring-2", "Again")).name).toBe("Again");
  const again = resendText(source, "again", "Again", { campaign: "spring", to: "not_opened" });
  expect(readDraft(again).audience).toEqual({
    kind: "resend",
    in: [],
    except: [],
    resend: { campaign: "spring", to: "not_opened" },
  });
  expect(again).not.toContain("\nsend:");
  expect(again).toContain("key: again");
});

test("a key comes from the name, and is nobody else's", () => {
  expect(keyFor("Frühling & Söhne!", new Set())).toBe("fruhling-sohne");
  expect(keyFor("News", new Set(["news", "news-2"]))).toBe("news-3");
  expect(keyFor("春", new Set())).toBe("campaign");
});

test("a problem leads to the panel of its line", () => {
  expect(panelOfLine(source, 6)).toBe("who");
  expect(panelOfLine(source, 8)).toBe("what");
  expect(panelOfLine(source, 9)).toBe("when");
  expect(panelOfLine(source, 14)).toBe("test");
  expect(panelOfLine(source, 0)).toBe("what");
});
