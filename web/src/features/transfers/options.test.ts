import { expect, test } from "vitest";
import { requestOf, untouched } from "./options";
import type { Preview } from "./queries";

const preview = { mapping: { subject: "contacts", columns: [] } } as unknown as Preview;
const file = { id: "u1", name: "people.csv", preview, dryRun: true };

test("consent is said only where a person says so", () => {
  expect(requestOf({ ...file, options: untouched }).consent).toBeUndefined();
  const silent = { ...untouched, consent: "silent" as const, evidence: "nothing" };
  expect(requestOf({ ...file, options: silent }).consent).toBeUndefined();
  const agreed = { ...untouched, consent: "agreed" as const, evidence: " fair ", topic: "news" };
  expect(requestOf({ ...file, options: agreed }).consent).toEqual({
    evidence: "fair",
    topic: "news",
  });
});

test("a list is named only where there is one, and journeys start only when asked for", () => {
  const request = requestOf({ ...file, options: untouched });
  expect("list" in request).toBe(false);
  expect(request.startJourneys).toBe(false);
  expect(requestOf({ ...file, options: { ...untouched, list: " march " } }).list).toBe("march");
});
