/**
 * An ordered tree layout for journeys: first path left, time runs down, paths keep the order in
 * which they were written. A step that several paths reach stands below all of them; a path that
 * leads back is drawn, but moves nothing.
 */
export interface LayoutStep {
  id: string;
  next: { to: string | null; label: string | null }[];
}

export interface PlacedNode {
  id: string;
  /** Left upper corner. */
  x: number;
  y: number;
  /** An end stands for a path that leads nowhere on. */
  kind: "step" | "end";
}

export interface PlacedEdge {
  id: string;
  from: string;
  to: string;
  label: string | null;
  /** Number of the path among those of its step. */
  path: number;
  back: boolean;
}

export interface Layout {
  nodes: PlacedNode[];
  edges: PlacedEdge[];
  width: number;
  height: number;
}

export interface LayoutSize {
  nodeWidth: number;
  nodeHeight: number;
  endWidth: number;
  endHeight: number;
  gapX: number;
  gapY: number;
}

export const layoutSize: LayoutSize = {
  nodeWidth: 264,
  nodeHeight: 116,
  endWidth: 72,
  endHeight: 28,
  gapX: 40,
  gapY: 64,
};

interface Node {
  id: string;
  kind: "step" | "end";
  children: Node[];
  level: number;
  width: number;
}

export function layoutJourney(
  steps: readonly LayoutStep[],
  entry: string | null,
  size: LayoutSize = layoutSize,
): Layout {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const edges: PlacedEdge[] = [];
  const nodes = new Map<string, Node>();
  const roots: Node[] = [];

  // Steps that nothing reaches are kept, beside the tree: a person must see them to fix them.
  const starts = [entry, ...steps.map((step) => step.id)];
  for (const start of starts) {
    if (start === null || !byId.has(start) || nodes.has(start)) continue;
    roots.push(buildTree(start, byId, nodes, edges));
  }
  setLevels(nodes, edges, roots);

  for (const node of [...nodes.values()].reverse()) node.width = 0;
  const placed: PlacedNode[] = [];
  let left = 0;
  for (const root of roots) {
    measure(root, size);
    place(root, left, size, placed);
    left += root.width + size.gapX;
  }
  const bottom = placed.map(
    (node) => node.y + (node.kind === "end" ? size.endHeight : size.nodeHeight),
  );
  return {
    nodes: placed,
    edges,
    width: Math.max(0, left - size.gapX),
    height: Math.max(0, ...bottom),
  };
}

/** Depth first in the order of the paths; a node belongs to the path that reaches it first. */
function buildTree(
  start: string,
  byId: Map<string, LayoutStep>,
  nodes: Map<string, Node>,
  edges: PlacedEdge[],
): Node {
  const root = addNode(start, "step", nodes);
  const open = new Set<string>([start]);
  const stack = [{ node: root, path: 0 }];
  while (stack.length > 0) {
    const top = stack[stack.length - 1]!;
    const next = byId.get(top.node.id)?.next ?? [];
    if (top.path >= next.length) {
      open.delete(top.node.id);
      stack.pop();
      continue;
    }
    const path = top.path++;
    const { to, label } = next[path]!;
    const known = to !== null && byId.has(to);
    const target = known ? to : `${top.node.id}/end/${path}`;
    edges.push({
      id: `${top.node.id}/${path}`,
      from: top.node.id,
      to: target,
      label,
      path,
      back: open.has(target),
    });
    if (nodes.has(target)) continue;
    const child = addNode(target, known ? "step" : "end", nodes);
    top.node.children.push(child);
    if (known) {
      open.add(target);
      stack.push({ node: child, path: 0 });
    }
  }
  return root;
}

function addNode(id: string, kind: Node["kind"], nodes: Map<string, Node>): Node {
  const node: Node = { id, kind, children: [], level: 0, width: 0 };
  nodes.set(id, node);
  return node;
}

/** Level = longest way from a root without the edges that lead back. */
function setLevels(nodes: Map<string, Node>, edges: PlacedEdge[], roots: Node[]): void {
  const forward = edges.filter((edge) => !edge.back);
  const waiting = new Map<string, number>();
  const leaving = new Map<string, PlacedEdge[]>();
  for (const edge of forward) {
    waiting.set(edge.to, (waiting.get(edge.to) ?? 0) + 1);
    leaving.set(edge.from, [...(leaving.get(edge.from) ?? []), edge]);
  }
  const ready = roots.filter((root) => !waiting.has(root.id));
  for (let node = ready.pop(); node; node = ready.pop()) {
    for (const edge of leaving.get(node.id) ?? []) {
      const target = nodes.get(edge.to)!;
      target.level = Math.max(target.level, node.level + 1);
      const left = waiting.get(edge.to)! - 1;
      waiting.set(edge.to, left);
      if (left === 0) ready.push(target);
    }
  }
}

function measure(node: Node, size: LayoutSize): void {
  const order: Node[] = [];
  const stack = [node];
  for (let top = stack.pop(); top; top = stack.pop()) {
    order.push(top);
    stack.push(...top.children);
  }
  for (const each of order.reverse()) {
    const own = each.kind === "end" ? size.endWidth : size.nodeWidth;
    const inner =
      each.children.reduce((sum, child) => sum + child.width, 0) +
      Math.max(0, each.children.length - 1) * size.gapX;
    each.width = Math.max(own, inner);
  }
}

function place(root: Node, left: number, size: LayoutSize, placed: PlacedNode[]): void {
  const stack = [{ node: root, left }];
  for (let top = stack.pop(); top; top = stack.pop()) {
    const { node } = top;
    const own = node.kind === "end" ? size.endWidth : size.nodeWidth;
    placed.push({
      id: node.id,
      kind: node.kind,
      x: top.left + (node.width - own) / 2,
      y: node.level * (size.nodeHeight + size.gapY),
    });
    const inner =
      node.children.reduce((sum, child) => sum + child.width, 0) +
      Math.max(0, node.children.length - 1) * size.gapX;
    let childLeft = top.left + (node.width - inner) / 2;
    for (const child of node.children) {
      stack.push({ node: child, left: childLeft });
      childLeft += child.width + size.gapX;
    }
  }
}

export interface OutlineRow {
  /** The step, or null for the end of a path. */
  step: string | null;
  label: string | null;
  depth: number;
  /** The step stands elsewhere in the outline; this row points at it. */
  reference: boolean;
}

/** The same tree as lines: a path of its own is indented, a single way on is not. */
export function outlineJourney(steps: readonly LayoutStep[], entry: string | null): OutlineRow[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const rows: OutlineRow[] = [];
  const seen = new Set<string>();
  const walk = (start: string | null) => {
    const stack: { to: string | null; label: string | null; depth: number }[] = [
      { to: start, label: null, depth: 0 },
    ];
    for (let top = stack.pop(); top; top = stack.pop()) {
      const step = top.to === null ? undefined : byId.get(top.to);
      const reference = step !== undefined && seen.has(step.id);
      rows.push({ step: step?.id ?? null, label: top.label, depth: top.depth, reference });
      if (!step || reference) continue;
      seen.add(step.id);
      const depth = step.next.length > 1 ? top.depth + 1 : top.depth;
      for (const way of [...step.next].reverse()) {
        if (way.to === null && step.next.length === 1) continue;
        stack.push({ ...way, depth });
      }
    }
  };
  if (entry !== null && byId.has(entry)) walk(entry);
  for (const step of steps) if (!seen.has(step.id)) walk(step.id);
  return rows;
}
