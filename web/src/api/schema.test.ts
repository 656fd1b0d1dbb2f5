import { readFileSync } from "node:fs";
import openapiTS, { astToString, COMMENT_HEADER } from "openapi-typescript";
import { describe, expect, test } from "vitest";

const source = new URL("../../../src/api/openapi.yaml", import.meta.url);

describe("openapi.yaml", () => {
  test("schema.ts is what it generates; else run npm run generate", async () => {
    const fresh = COMMENT_HEADER + astToString(await openapiTS(source));
    expect(readFileSync(new URL("schema.ts", import.meta.url), "utf8")).toBe(fresh);
  });

  test("every operation says who may call it, what it is called and where it belongs", () => {
    const operations = readFileSync(source, "utf8")
      .split(/^    (?=(?:get|post|put|patch|delete):$)/m)
      .slice(1);
    expect(operations.length).toBeGreaterThan(30);
    for (const operation of operations) {
      expect(operation).toMatch(/^      operationId: [a-z][a-zA-Z]+$/m);
      expect(operation).toMatch(/^      x-permission: (public|read|write|admin)$/m);
      expect(operation).toMatch(/^      tags: \[[a-z]+\]$/m);
    }
  });
});
