import { expect, test } from "vitest";
import { renamed } from "./list-text";

test("only the name changes", () => {
  const source = "# Ours.\nkind: list\nkey: vip\nname: VIP\n";
  expect(renamed(source, "Very: important")).toBe(
    '# Ours.\nkind: list\nkey: vip\nname: "Very: important"\n',
  );
  expect(renamed("kind: list\nkey: vip\n", "VIP")).toBe("kind: list\nkey: vip\nname: VIP\n");
  expect(renamed("- a\n", "VIP")).toBe("- a\n");
});
