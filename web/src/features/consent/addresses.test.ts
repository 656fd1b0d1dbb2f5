import { expect, test } from "vitest";
import { readAddresses } from "./addresses";

test("addresses are read however they are pasted, each once", () => {
  expect(readAddresses(" a@x.example, b@x.example;\n<c@x.example>\n\na@x.example ")).toEqual([
    "a@x.example",
    "b@x.example",
    "c@x.example",
  ]);
  expect(readAddresses(" \n ")).toEqual([]);
});
