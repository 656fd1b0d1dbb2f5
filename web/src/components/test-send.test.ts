import { expect, test } from "vitest";
import { literally } from "./test-send";

test("braces of a rendered message are letters, and nothing in it ends that", () => {
  expect(literally("{{ a }}")).toBe("{% raw %}{{ a }}{% endraw %}");
  expect(literally("a{% endraw %}b{%- endraw -%}c")).toBe("{% raw %}abc{% endraw %}");
});
