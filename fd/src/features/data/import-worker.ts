// Web Worker of imports: reads the chosen files, so that the page stays responsive. Answers one request at a time.
import type { DocumentSource, FoundConversation, Source } from "./conversation-body";
import type { ImageSource } from "./conversation-tree";
import { ExportReader, type Found, type ImportWords, keyOf, type Problem } from "./export-reader";
import type { FoundAccount } from "./read-own";

/** A conversation in the preview. */
export interface Listed {
  readonly key: string;
  readonly source: Source;
  readonly title: string | null;
  readonly at: string | null;
  readonly messages: number;
  readonly images: number;
}

export interface Scanned {
  readonly listed: readonly Listed[];
  readonly problems: readonly Problem[];
  readonly account: FoundAccount;
}

export type WorkerRequest =
  | { type: "scan"; files: readonly File[]; words: ImportWords }
  /** `first`: from the beginning. */
  | { type: "next"; chosen: ReadonlySet<string>; first: boolean }
  | { type: "image"; source: ImageSource }
  | { type: "document"; source: DocumentSource };

export type WorkerAnswer =
  | { type: "progress"; share: number }
  | { type: "scanned"; scanned: Scanned }
  /** Empty at the end. */
  | { type: "batch"; conversations: readonly FoundConversation[] }
  | { type: "image" | "document"; blob: Blob | null }
  | { type: "error"; message: string };

const MAX_BATCH = 50;
/** Characters of JSON: a batch is copied to the page in one task. */
const MAX_BATCH_SIZE = 200_000;

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<WorkerRequest>) => void) | null;
  postMessage(answer: WorkerAnswer): void;
};

let reader: ExportReader | null = null;
let pass: AsyncGenerator<Found> | null = null;
let ahead: FoundConversation | null = null;

async function scan(files: readonly File[], words: ImportWords): Promise<Scanned> {
  reader = new ExportReader(files, words);
  const listed: Listed[] = [];
  const problems: Problem[] = [];
  let reported = 0;
  const onProgress = (read: number, total: number) => {
    const share = total > 0 ? Math.min(1, read / total) : 1;
    if (share < reported + 0.01) return;
    reported = share;
    scope.postMessage({ type: "progress", share });
  };
  for await (const found of reader.read(onProgress)) {
    if ("problem" in found) problems.push(found.problem);
    else {
      const { conversation } = found;
      listed.push({
        key: keyOf(conversation),
        source: conversation.source,
        title: conversation.title,
        at: conversation.updatedAt ?? conversation.createdAt,
        messages: conversation.messages.length,
        images: conversation.images.size,
      });
    }
  }
  return { listed, problems, account: reader.account };
}

async function nextBatch(chosen: ReadonlySet<string>, first: boolean): Promise<FoundConversation[]> {
  if (!reader) return [];
  if (first) ahead = null;
  if (first || !pass) pass = reader.read();
  const batch: FoundConversation[] = [];
  let size = 0;
  if (ahead) {
    batch.push(ahead);
    size = sizeOf(ahead);
    ahead = null;
  }
  while (batch.length < MAX_BATCH && size < MAX_BATCH_SIZE) {
    const { done, value } = await pass.next();
    if (done) break;
    if ("problem" in value || !chosen.has(keyOf(value.conversation))) continue;
    size += sizeOf(value.conversation);
    if (size > MAX_BATCH_SIZE && batch.length > 0) ahead = value.conversation;
    else batch.push(value.conversation);
  }
  return batch;
}

function sizeOf({ messages }: FoundConversation): number {
  return JSON.stringify(messages).length;
}

async function answer(request: WorkerRequest): Promise<WorkerAnswer> {
  switch (request.type) {
    case "scan":
      return { type: "scanned", scanned: await scan(request.files, request.words) };
    case "next":
      return { type: "batch", conversations: await nextBatch(request.chosen, request.first) };
    case "image":
      return { type: "image", blob: (await reader?.image(request.source)) ?? null };
    case "document":
      return { type: "document", blob: (await reader?.document(request.source)) ?? null };
  }
}

scope.onmessage = ({ data }) => {
  answer(data).then(
    (result) => scope.postMessage(result),
    (error: unknown) => scope.postMessage({ type: "error", message: String(error) }),
  );
};
