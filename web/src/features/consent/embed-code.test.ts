import { expect, test } from "vitest";
import { embedCode } from "./embed-code";
import type { SignupForm } from "./queries";

const form: SignupForm = {
  definition: {} as SignupForm["definition"],
  title: "Letter",
  text: "",
  topics: [],
  origins: [],
  doubleOptIn: true,
  consent: 'I "agree" & <like> it',
  button: "",
  fields: [
    { attribute: "firstName", label: "First name", type: "text", required: true, options: [] },
    { attribute: "size", label: "Size", type: "select", required: false, options: ["1-9", "10+"] },
  ],
};

test("the code has every field by the name that the server reads, and escapes words", () => {
  const code = embedCode(form, "https://shop.example/f/letter", "Email");
  expect(code).toContain('action="https://shop.example/f/letter"');
  expect(code).toContain('name="email"');
  expect(code).toContain('<input type="text" name="firstName" required>');
  expect(code).toContain("<option>10+</option>");
  expect(code).toContain("I &#34;agree&#34; &#38; &#60;like&#62; it");
});
