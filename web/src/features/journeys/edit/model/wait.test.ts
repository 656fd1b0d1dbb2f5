import { describe, expect, test } from "vitest";
import { blankWaits, readWait, waitForms, writeWait } from "./wait";

describe("a wait", () => {
  test.each([
    ["2 days", "length", "2 days"],
    ["1 hour", "length", "1 hour"],
    ["4d", "length", "4 days"],
    ["until 09:00", "time", "until 09:00"],
    ["until 09:00 on weekdays", "time", "until 09:00 on weekdays"],
    ["2 days then until 09:00 on monday", "lengthThenTime", "2 days then until 09:00 on monday"],
    ["until tomorrow at 10:00", "tomorrow", "until tomorrow at 10:00"],
    ["between 09:00 and 17:00 on weekdays", "between", "between 09:00 and 17:00 on weekdays"],
    [
      "until 2026-03-08 at 09:00, if past: exit",
      "date",
      "until 2026-03-08 at 09:00, if past: exit",
    ],
    ["until 2026-03-08", "date", "until 2026-03-08"],
    ["until attribute renewal_date", "attribute", "until attribute renewal_date"],
    [
      "until 2 days before attribute renewal_date at 10:00, if past: skip",
      "attribute",
      "until 2 days before attribute renewal_date at 10:00, if past: skip",
    ],
    ['until attribute "my date" at 10:00', "attribute", 'until attribute "my date" at 10:00'],
    ["1h 30m", "words", "1h 30m"],
    ["until 10:00 on tuesday, wednesday", "words", "until 10:00 on tuesday, wednesday"],
    ["2 calendar days", "words", "2 calendar days"],
    ["", "words", ""],
  ])("%s is of the form %s", (text, form, written) => {
    const wait = readWait(text);
    expect(wait.form).toBe(form);
    expect(writeWait(wait)).toBe(written);
  });

  test.each(waitForms.filter((form) => !["words", "date", "attribute"].includes(form)))(
    "the blank of %s is of its form",
    (form) => expect(readWait(writeWait(blankWaits[form])).form).toBe(form),
  );
});
