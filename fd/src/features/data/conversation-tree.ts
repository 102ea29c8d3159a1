// The tree of a conversation from another product, as this product stores it: a reply follows a question, and every node
// says something.
import type { Fields } from "./json-values";

/** Where the bytes of an image are. */
export type ImageSource = { entry: string } | { data: string };

export interface ReadStep {
  readonly tool: string;
  readonly arguments: Fields | string;
  readonly result: string;
  readonly images: readonly ImageSource[];
}

/** A piece of a message, in the order of its text. */
export type Piece = { text: string } | { reasoning: string } | { image: ImageSource } | { step: ReadStep };

/** A message as the export has it. Nodes of the system have `role` null: they are left out, what follows them is not. */
export interface ReadNode {
  readonly id: string;
  readonly parentId: string | null;
  readonly role: "user" | "assistant" | null;
  readonly pieces: readonly Piece[];
  readonly model: string | null;
  readonly createdAt: string | null;
  readonly failed?: boolean;
}

export interface TreeMessage {
  readonly id: string;
  readonly parentId: string | null;
  readonly role: "user" | "assistant";
  readonly pieces: readonly Piece[];
  readonly model: string | null;
  readonly createdAt: string;
  readonly interrupted: boolean;
}

export interface Tree {
  readonly messages: readonly TreeMessage[];
  readonly leafId: string;
}

/** Text of a question that the export does not have: a reply follows a question. */
const NO_QUESTION = "…";

interface Visit {
  readonly node: ReadNode;
  /** The message that the node follows. */
  readonly parent: TreeMessage | null;
  /** The replies between that message and the node, as one; it becomes a message when nothing more joins it. */
  readonly run: TreeMessage | null;
}

/**
 * The messages, each after its parent, and the end of the shown branch; null when nothing is said in any of them.
 * Replies that follow each other become one.
 */
export function toTree(nodes: readonly ReadNode[], currentId: string | null, startedAt: string): Tree | null {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const children = new Map<string | null, ReadNode[]>();
  for (const node of byId.values()) {
    const parentId = node.parentId !== null && byId.has(node.parentId) ? node.parentId : null;
    const siblings = children.get(parentId);
    if (siblings) siblings.push(node);
    else children.set(parentId, [node]);
  }
  const messages = new Set<TreeMessage>();
  const shownAs = new Map<string, TreeMessage | null>();
  /** What a run became with the next reply. */
  const grownTo = new Map<TreeMessage, TreeMessage>();
  const visited = new Set<ReadNode>();

  const visit = (roots: readonly ReadNode[]) => {
    const open: Visit[] = roots.map((node) => ({ node, parent: null, run: null })).reverse();
    for (let next = open.pop(); next; next = open.pop()) {
      const { node } = next;
      let { parent, run } = next;
      if (visited.has(node)) continue;
      visited.add(node);
      const createdAt = node.createdAt ?? (run ?? parent)?.createdAt ?? startedAt;
      if (node.role === "user" && saysSomething(node)) {
        if (run) messages.add(run);
        parent = messageOf(node, (run ?? parent)?.id ?? null, createdAt);
        run = null;
        messages.add(parent);
      } else if (node.role === "assistant" && (saysSomething(node) || node.failed)) {
        if (!run && parent?.role !== "user") {
          parent = questionBefore(node, parent?.id ?? null, createdAt);
          messages.add(parent);
        }
        const reply = messageOf(node, parent?.id ?? null, createdAt);
        const grown: TreeMessage = run ? { ...reply, pieces: [...run.pieces, ...reply.pieces] } : reply;
        if (run && !grownTo.has(run)) grownTo.set(run, grown);
        run = grown;
      }
      shownAs.set(node.id, run ?? parent);
      const following = (children.get(node.id) ?? []).filter((child) => !visited.has(child));
      if (run && following.length === 0) messages.add(run);
      for (const child of [...following].reverse()) open.push({ node: child, parent, run });
    }
  };
  visit(children.get(null) ?? []);
  // A circle has no root.
  for (const node of byId.values()) if (!visited.has(node)) visit([node]);

  const all = [...messages];
  const last = all.at(-1);
  if (!last) return null;
  let shown = shownAs.get(currentId ?? "") ?? null;
  while (shown && !messages.has(shown)) shown = grownTo.get(shown) ?? null;
  return { messages: all, leafId: (shown ?? last).id };
}

function saysSomething({ pieces }: ReadNode): boolean {
  return pieces.some((piece) => !("text" in piece) || piece.text.trim() !== "");
}

function messageOf(node: ReadNode, parentId: string | null, createdAt: string): TreeMessage {
  return {
    id: node.id,
    parentId,
    role: node.role ?? "user",
    pieces: node.pieces,
    model: node.role === "assistant" ? node.model : null,
    createdAt,
    interrupted: node.failed ?? false,
  };
}

function questionBefore(reply: ReadNode, parentId: string | null, createdAt: string): TreeMessage {
  const pieces = [{ text: NO_QUESTION }];
  return {
    id: `${reply.id}-question`,
    parentId,
    role: "user",
    pieces,
    model: null,
    createdAt,
    interrupted: false,
  };
}
