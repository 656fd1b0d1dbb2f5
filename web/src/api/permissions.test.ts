import { expect, test } from "vitest";
import { permits } from "./permissions";

test("each role may what the one before may", () => {
  const may = (["viewer", "editor", "admin", "owner"] as const).map((role) =>
    (["read", "write", "admin"] as const).filter((permission) => permits(role, permission)),
  );
  expect(may).toEqual([
    ["read"],
    ["read", "write"],
    ["read", "write", "admin"],
    ["read", "write", "admin"],
  ]);
});

test("who is not known yet may nothing", () => {
  expect(permits(undefined, "read")).toBe(false);
});
