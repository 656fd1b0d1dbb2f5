import type { FormField, SignupForm } from "./queries";

const escape = (text: string) => text.replace(/[&<>"]/g, (each) => `&#${each.charCodeAt(0)};`);

function fieldCode(field: FormField): string[] {
  const name = `name="${escape(field.attribute)}"`;
  const required = field.required ? " required" : "";
  const label = escape(field.label);
  if (field.type === "checkbox") {
    return [`  <label><input type="checkbox" ${name} value="yes"${required}> ${label}</label>`];
  }
  if (field.type === "select") {
    return [
      `  <label>${label}`,
      `    <select ${name}${required}>`,
      ...field.options.map((option) => `      <option>${escape(option)}</option>`),
      `    </select>`,
      `  </label>`,
    ];
  }
  const type = field.type === "number" ? "number" : "text";
  return [`  <label>${label} <input type="${type}" ${name}${required}></label>`];
}

/** The form for a page of one's own, whose origin the form allows: the same names, to the same address. */
export function embedCode(form: SignupForm, address: string, emailLabel: string): string {
  return [
    `<form method="post" action="${escape(address)}">`,
    `  <label>${escape(emailLabel)} <input type="email" name="email" autocomplete="email" required></label>`,
    ...form.fields.flatMap(fieldCode),
    ...(form.consent
      ? [
          `  <label><input type="checkbox" name="consent" value="yes" required> ${escape(form.consent)}</label>`,
        ]
      : []),
    `  <button>${escape(form.button || "Sign up")}</button>`,
    `</form>`,
  ].join("\n");
}
