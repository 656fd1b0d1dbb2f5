import { describe, expect, test } from "vitest";
import { ApiError } from "@/api/client";
import { shown } from "./catalog-page";
import { keyOf } from "./new-catalog";
import { faultsOf } from "./queries";

describe("catalogs", () => {
  test.each([
    ["Products", "products"],
    ["Our  Größen & more!", "our_gro_en_more"],
    ["--", ""],
  ])("the key of %j is %j", (name, key) => expect(keyOf(name)).toBe(key));

  test.each([
    [undefined, ""],
    [null, ""],
    ["Tea", "Tea"],
    [12.5, "12.5"],
    [true, "true"],
    [["a", "b"], '["a","b"]'],
  ])("a cell of %j shows %j", (value, text) => expect(shown(value)).toBe(text));

  test("what is wrong with a file is read from the problem alone", () => {
    const errors = [{ item: 2, detail: "price is no number", value: "cheap" }];
    const refused = (code: string) =>
      new ApiError(422, code, "no", null, null, { errors, errorsInAll: 5 });
    expect(faultsOf(refused("items_invalid"))).toEqual({ faults: errors, inAll: 5 });
    expect(faultsOf(refused("catalog_full"))).toEqual({ faults: [], inAll: 0 });
    expect(faultsOf(new Error("no"))).toEqual({ faults: [], inAll: 0 });
  });
});
