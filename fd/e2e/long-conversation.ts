// Test data: a realistic long conversation, with short questions, and replies with lists, code, tables and formulas.
import { expect } from "vitest";
import type { Account } from "./browser";

interface ImportedMessage {
  id: string;
  parent_id: string | null;
  role: "user" | "assistant";
  content: { type: "text"; text: string }[];
  created_at: string;
}

const SENTENCE = "快速排序选择一个基准，把数组分成两部分，再分别排序；平均时间复杂度为 O(n log n)。";
const CODE = `\`\`\`python
def quicksort(items):
    if len(items) <= 1:
        return items
    pivot, *rest = items
    return quicksort([x for x in rest if x < pivot]) + [pivot] + quicksort([x for x in rest if x >= pivot])
\`\`\``;
const TABLE = "| 情况 | 时间 | 空间 |\n|:--|:-:|--:|\n| 平均 | n log n | log n |\n| 最坏 | n² | n |";
const LIST = "1. **选择**基准\n2. 分成 `左` 与 `右`\n3. 递归排序\n   - 左边\n   - 右边";
const FORMULA = "$$\nT(n) = 2T\\left(\\frac{n}{2}\\right) + O(n)\n$$";
const BLOCKS = [LIST, CODE, SENTENCE, TABLE, SENTENCE, FORMULA];

/** The text of the reply at a position; no two are alike, and their heights differ. */
export function replyText(position: number): string {
  const blocks = Array.from({ length: 1 + (position % 4) }, (_, index) => BLOCKS[(position + index) % 6]);
  return [`### 回复 ${position}`, `${SENTENCE.repeat(1 + (position % 3))}`, ...blocks].join("\n\n");
}

export function questionText(position: number): string {
  return `问题 ${position}：${"它是怎么工作的？".repeat(1 + (position % 5))}`;
}

/**
 * One branch of `count` messages, with questions at even positions; the reply at `versionAt` has a second version
 * without children.
 */
function messages(count: number, versionAt: number): ImportedMessage[] {
  const start = Date.UTC(2026, 0, 1);
  const branch = Array.from({ length: count }, (_, position): ImportedMessage => {
    const role = position % 2 === 0 ? "user" : "assistant";
    return {
      id: `m${position}`,
      parent_id: position === 0 ? null : `m${position - 1}`,
      role,
      content: [{ type: "text", text: role === "user" ? questionText(position) : replyText(position) }],
      created_at: new Date(start + position * 60_000).toISOString(),
    };
  });
  const version: ImportedMessage = {
    id: "version",
    parent_id: `m${versionAt - 1}`,
    role: "assistant",
    content: [{ type: "text", text: "另一个版本" }],
    created_at: new Date(start + count * 60_000).toISOString(),
  };
  return [...branch, version];
}

/** Imports a long conversation into the account, and returns its id. */
export async function importLongConversation(
  { post }: Pick<Account, "post">,
  { title, count, versionAt }: { title: string; count: number; versionAt: number },
): Promise<string> {
  const { id } = await post("/conversation/import", {
    title,
    active_leaf_id: `m${count - 1}`,
    messages: messages(count, versionAt),
  });
  expect(id).toBeDefined();
  return id as string;
}
