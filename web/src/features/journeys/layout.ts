/**
 * An ordered tree layout for journeys: first path left, time runs down, paths keep the order in
 * which they were written. A step that several paths reach stands below all of them, under the
 * step where they parted (its dominator); a path that leads back is drawn, but moves nothing.
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
  /** It goes to a step that other paths reach too. */
  joins: boolean;
  /** The middle of the free column in which a labelled path goes down to where it joins. */
  lane: number | null;
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
  laneWidth: number;
  gapX: number;
  gapY: number;
}

export const layoutSize: LayoutSize = {
  nodeWidth: 264,
  nodeHeight: 116,
  endWidth: 72,
  endHeight: 28,
  laneWidth: 140,
  gapX: 40,
  gapY: 64,
};

interface Node {
  id: string;
  kind: "step" | "end" | "lane";
  /** Side by side, in the order of the paths. */
  children: Node[];
  /** Below all of the children, one under the other. */
  joins: Node[];
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
  hang(nodes, edges, roots);

  const placed: PlacedNode[] = [];
  const lanes = new Map<string, number>();
  let left = 0;
  for (const root of roots) {
    setLevels(root, 0);
    measure(root, size);
    place(root, left, size, placed, lanes);
    left += root.width + size.gapX;
  }
  for (const edge of edges) edge.lane = lanes.get(edge.id) ?? null;
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

/** Reads the paths depth first, in their order. */
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
      joins: false,
      lane: null,
    });
    if (nodes.has(target)) continue;
    const child = addNode(target, known ? "step" : "end", nodes);
    if (known) {
      open.add(target);
      stack.push({ node: child, path: 0 });
    }
  }
  return root;
}

function addNode(id: string, kind: "step" | "end", nodes: Map<string, Node>): Node {
  const node: Node = { id, kind, children: [], joins: [], level: 0, width: 0 };
  nodes.set(id, node);
  return node;
}

/** Hangs every node under its only way in, or under the step where its ways in parted. */
function hang(nodes: Map<string, Node>, edges: PlacedEdge[], roots: Node[]): void {
  const entering = groupEdges(edges, (edge) => (edge.back ? undefined : edge.to));
  const leaving = groupEdges(edges, (edge) => edge.from);
  const above = new Map<Node, Node>();
  const depth = new Map<Node, number>(roots.map((root) => [root, 0]));
  const meet = (one: Node | undefined, other: Node | undefined): Node | undefined => {
    while (one && other && one !== other) {
      if (depth.get(one)! >= depth.get(other)!) one = above.get(one);
      else other = above.get(other);
    }
    return one && other;
  };
  const late: Node[] = [];
  for (const node of inOrder(roots, nodes, entering, leaving)) {
    const ways = entering.get(node.id) ?? [];
    if (ways.length > 0 && !depth.has(node)) {
      const parent = ways.map((edge) => nodes.get(edge.from)).reduce(meet);
      if (parent) {
        above.set(node, parent);
        depth.set(node, depth.get(parent)! + 1);
        if (ways.length > 1) parent.joins.push(node);
      } else {
        depth.set(node, 0);
        late.push(node);
      }
    }
    for (const edge of leaving.get(node.id) ?? []) {
      edge.joins =
        edge.back || (entering.get(edge.to)?.length ?? 0) > 1 || depth.has(nodes.get(edge.to)!);
      if (!edge.joins) node.children.push(nodes.get(edge.to)!);
      else if (edge.label !== null && leaving.get(node.id)!.length > 1) {
        node.children.push({
          id: edge.id,
          kind: "lane",
          children: [],
          joins: [],
          level: 0,
          width: 0,
        });
      }
    }
  }
  // Reached from two trees: it stands below the first of them.
  for (const node of late) roots[0]!.joins.push(node);
}

function groupEdges(edges: PlacedEdge[], key: (edge: PlacedEdge) => string | undefined) {
  const groups = new Map<string, PlacedEdge[]>();
  for (const edge of edges) {
    const name = key(edge);
    if (name !== undefined) groups.set(name, [...(groups.get(name) ?? []), edge]);
  }
  return groups;
}

/** Each node after all nodes that lead to it. */
function inOrder(
  roots: Node[],
  nodes: Map<string, Node>,
  entering: Map<string, PlacedEdge[]>,
  leaving: Map<string, PlacedEdge[]>,
): Node[] {
  const waiting = new Map([...entering].map(([id, edges]) => [id, edges.length]));
  const order: Node[] = [];
  const ready = roots.filter((root) => !waiting.has(root.id));
  for (let node = ready.pop(); node; node = ready.pop()) {
    order.push(node);
    for (const edge of leaving.get(node.id) ?? []) {
      if (edge.back) continue;
      const left = waiting.get(edge.to)! - 1;
      waiting.set(edge.to, left);
      if (left === 0) ready.push(nodes.get(edge.to)!);
    }
  }
  return order;
}

/** A node's children stand one level below it, its joins below all that hangs there before them. */
function setLevels(root: Node, level: number): void {
  interface Frame {
    node: Node;
    next: number;
    bottom: number;
  }
  root.level = level;
  const stack: Frame[] = [{ node: root, next: 0, bottom: level }];
  while (stack.length > 0) {
    const top = stack[stack.length - 1]!;
    const { children, joins } = top.node;
    if (top.next === children.length + joins.length) {
      stack.pop();
      const parent = stack[stack.length - 1];
      if (parent) parent.bottom = Math.max(parent.bottom, top.bottom);
      continue;
    }
    const inRow = top.next < children.length;
    const child = inRow ? children[top.next]! : joins[top.next - children.length]!;
    child.level = inRow ? top.node.level + 1 : top.bottom + 1;
    top.next += 1;
    stack.push({ node: child, next: 0, bottom: child.level });
  }
}

function ownWidth(node: Node, size: LayoutSize): number {
  if (node.kind === "lane") return size.laneWidth;
  return node.kind === "end" ? size.endWidth : size.nodeWidth;
}

function rowWidth(node: Node, size: LayoutSize): number {
  const gaps = Math.max(0, node.children.length - 1) * size.gapX;
  return node.children.reduce((sum, child) => sum + child.width, gaps);
}

function measure(root: Node, size: LayoutSize): void {
  const order: Node[] = [];
  const stack = [root];
  for (let top = stack.pop(); top; top = stack.pop()) {
    order.push(top);
    stack.push(...top.children, ...top.joins);
  }
  for (const node of order.reverse()) {
    const below = node.joins.map((join) => join.width);
    node.width = Math.max(ownWidth(node, size), rowWidth(node, size), ...below);
  }
}

function place(
  root: Node,
  rootLeft: number,
  size: LayoutSize,
  placed: PlacedNode[],
  lanes: Map<string, number>,
): void {
  const stack = [{ node: root, left: rootLeft }];
  for (let top = stack.pop(); top; top = stack.pop()) {
    const { node, left } = top;
    const middle = left + node.width / 2;
    if (node.kind === "lane") {
      lanes.set(node.id, middle);
      continue;
    }
    placed.push({
      id: node.id,
      kind: node.kind,
      x: middle - ownWidth(node, size) / 2,
      y: node.level * (size.nodeHeight + size.gapY),
    });
    let childLeft = middle - rowWidth(node, size) / 2;
    for (const child of node.children) {
      stack.push({ node: child, left: childLeft });
      childLeft += child.width + size.gapX;
    }
    for (const join of node.joins) stack.push({ node: join, left: middle - join.width / 2 });
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
