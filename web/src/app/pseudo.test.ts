import { expect, test } from "vitest";
import { pseudoText, pseudoTexts } from "./pseudo";

test("letters change, placeholders and markup do not", () => {
  expect(pseudoText("Send to {{count}} <b>people</b>")).toBe(
    "⟦Šéñd tö {{count}} <b>péöplé</b>···········⟧",
  );
});

test("every text of a bundle is written so", () => {
  expect(pseudoTexts({ a: "no", b: { c: "go" } })).toEqual({ a: "⟦ñö·⟧", b: { c: "⟦gö·⟧" } });
});
