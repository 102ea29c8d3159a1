// The message tree of a conversation: an edited question and a regenerated reply are siblings. The screen shows one path
// (a branch), from a root to a leaf.

export interface TreeNode {
  readonly id: string;
  readonly parentId: string | null;
}

type Nodes<T extends TreeNode> = ReadonlyMap<string, T>;

/** Ids from the root to the leaf; stops at a missing parent, and at a cycle. */
export function pathTo<T extends TreeNode>(nodes: Nodes<T>, leafId: string | null): string[] {
  const path: string[] = [];
  const seen = new Set<string>();
  let node = leafId === null ? undefined : nodes.get(leafId);
  while (node && !seen.has(node.id)) {
    seen.add(node.id);
    path.push(node.id);
    node = node.parentId === null ? undefined : nodes.get(node.parentId);
  }
  return path.reverse();
}

/** Ids by the id of their parent, in order of creation (the order of the map). */
export type Children = ReadonlyMap<string | null, readonly string[]>;

export function childrenByParent<T extends TreeNode>(nodes: Nodes<T>): Children {
  const children = new Map<string | null, string[]>();
  for (const { id, parentId } of nodes.values()) {
    const siblings = children.get(parentId);
    if (siblings) siblings.push(id);
    else children.set(parentId, [id]);
  }
  return children;
}

/** The newest leaf below `id`, or `id` itself without children: the leaf to show when a branch is chosen. */
export function newestLeafBelow(children: Children, id: string): string {
  const seen = new Set<string>();
  let leaf = id;
  while (!seen.has(leaf)) {
    seen.add(leaf);
    leaf = children.get(leaf)?.at(-1) ?? leaf;
  }
  return leaf;
}

/** A message and all that follow it, on every branch. */
export function subtreeOf(children: Children, id: string): ReadonlySet<string> {
  const subtree = new Set([id]);
  // A set's iteration includes what is added during it.
  for (const member of subtree) for (const child of children.get(member) ?? []) subtree.add(child);
  return subtree;
}

/** The newest message, which is a leaf; null in an empty conversation. */
export function newestLeaf<T extends TreeNode>(nodes: Nodes<T>): string | null {
  let last: string | null = null;
  for (const node of nodes.values()) last = node.id;
  return last;
}
