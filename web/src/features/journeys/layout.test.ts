import { describe, expect, test } from "vitest";
import { layoutJourney, layoutSize, type LayoutStep, outlineJourney } from "./layout";

function step(id: string, ...next: (string | null)[]): LayoutStep {
  return { id, next: next.map((to, index) => ({ to, label: `path ${index}` })) };
}

function positions(steps: LayoutStep[], entry: string | null = steps[0]?.id ?? null) {
  const layout = layoutJourney(steps, entry);
  return { layout, at: new Map(layout.nodes.map((node) => [node.id, node])) };
}

const level = layoutSize.nodeHeight + layoutSize.gapY;

describe("journey layout", () => {
  test("a journey without steps is empty", () => {
    expect(layoutJourney([], null)).toEqual({ nodes: [], edges: [], width: 0, height: 0 });
  });

  test("steps of one path stand under each other", () => {
    const { at } = positions([step("a", "b"), step("b", "c"), step("c", null)]);
    expect([at.get("a")!.y, at.get("b")!.y, at.get("c")!.y]).toEqual([0, level, 2 * level]);
    expect(at.get("a")!.x).toBe(at.get("b")!.x);
    expect(at.get("c/end/0")!.kind).toBe("end");
  });

  test("paths keep the order in which they are written", () => {
    const { at } = positions([
      step("a", "yes", "no", "later"),
      step("yes", null),
      step("no", null),
      step("later", null),
    ]);
    expect(at.get("yes")!.x).toBeLessThan(at.get("no")!.x);
    expect(at.get("no")!.x).toBeLessThan(at.get("later")!.x);
    expect(at.get("no")!.x).toBe(at.get("a")!.x);
  });

  test("a step where paths join stands below all of them", () => {
    const { at, layout } = positions([
      step("a", "b", "join"),
      step("b", "c"),
      step("c", "join"),
      step("join", null),
    ]);
    expect(at.get("join")!.y).toBe(3 * level);
    expect(layout.edges.filter((edge) => edge.to === "join")).toHaveLength(2);
  });

  test("a step where paths join stands under the middle of where they parted", () => {
    const { at } = positions([
      step("a", "b", "c", "d"),
      step("b", "join"),
      step("c", "join"),
      step("d", "join"),
      step("join", null),
    ]);
    expect(at.get("join")!.x).toBe(at.get("a")!.x);
  });

  test("a path that goes straight to a join has a free column of its own", () => {
    const { layout, at } = positions([
      step("a", "b", "join"),
      step("b", "join"),
      step("join", null),
    ]);
    const edge = layout.edges.find((each) => each.from === "a" && each.to === "join")!;
    expect(edge.lane).toBeGreaterThan(at.get("b")!.x + layoutSize.nodeWidth);
  });

  test("a way back is marked and moves nothing", () => {
    const { at, layout } = positions([step("a", "b"), step("b", "a", null)]);
    expect(layout.edges.find((edge) => edge.from === "b" && edge.to === "a")!.back).toBe(true);
    expect(at.get("a")!.y).toBe(0);
  });

  test("a step that nothing reaches is shown beside the tree", () => {
    const { at } = positions([step("a", null), step("lost", null)]);
    expect(at.get("lost")!.x).toBeGreaterThan(at.get("a")!.x + layoutSize.nodeWidth);
  });

  test("a path to a step that does not exist ends", () => {
    const { at } = positions([step("a", "gone")]);
    expect(at.get("a/end/0")!.kind).toBe("end");
  });

  test("every step is drawn once and no boxes overlap, in 300 seeded journeys", () => {
    for (let seed = 1; seed <= 300; seed++) {
      const steps = randomJourney(seed);
      const { layout } = positions(steps);
      const shown = layout.nodes.filter((node) => node.kind === "step").map((node) => node.id);
      expect(shown.sort(), `seed ${seed}`).toEqual(steps.map((each) => each.id).sort());
      const boxes = layout.nodes.map((node) => ({
        ...node,
        right: node.x + (node.kind === "end" ? layoutSize.endWidth : layoutSize.nodeWidth),
        bottom: node.y + (node.kind === "end" ? layoutSize.endHeight : layoutSize.nodeHeight),
      }));
      for (const [index, one] of boxes.entries()) {
        for (const other of boxes.slice(index + 1)) {
          const apart =
            one.right <= other.x ||
            other.right <= one.x ||
            one.bottom <= other.y ||
            other.bottom <= one.y;
          expect(apart, `seed ${seed}: ${one.id} and ${other.id}`).toBe(true);
        }
      }
    }
  });

  test("a chain of 5,000 steps is laid out", () => {
    const chain = Array.from({ length: 5000 }, (_, index) => step(`s${index}`, `s${index + 1}`));
    expect(layoutJourney(chain, "s0").nodes).toHaveLength(5001);
  });
});

describe("journey outline", () => {
  test("paths are indented, one way on is not, and a join is named once", () => {
    const rows = outlineJourney(
      [
        step("a", "b"),
        step("b", "yes", "no"),
        step("yes", "join"),
        step("no", "join"),
        step("join"),
      ],
      "a",
    );
    expect(rows.map((row) => `${"  ".repeat(row.depth)}${row.step}${row.reference ? " ↑" : ""}`))
      .toMatchInlineSnapshot(`
      [
        "a",
        "b",
        "  yes",
        "  join",
        "  no",
        "  join ↑",
      ]
    `);
  });

  test("a branch that ends says so", () => {
    const rows = outlineJourney([step("a", "b", null), step("b", null)], "a");
    expect(rows.map((row) => row.step)).toEqual(["a", "b", null]);
  });
});

function randomJourney(seed: number): LayoutStep[] {
  let state = seed;
  const random = (limit: number) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * limit);
  };
  const count = 1 + random(14);
  return Array.from({ length: count }, (_, index) =>
    step(
      `s${index}`,
      ...Array.from({ length: 1 + random(3) }, () =>
        random(5) === 0 ? null : `s${random(count)}`,
      ),
    ),
  );
}
