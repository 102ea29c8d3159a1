// Queries and mutations of conversations. The cache has one copy of each conversation (`conversationKey`), and lists of
// ids, so that a rename appears everywhere at once.
import {
  type InfiniteData,
  type Query,
  type QueryClient,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { inBatches } from "@/api/batches";
import { api, body } from "@/api/client";
import { eachPage } from "@/api/each-page";
import type { Conversation, ConversationPage, ConversationUpdate, ToolChoice } from "@/api/types";

const FIRST_PAGE_SIZE = 40;
/** Later pages have the API's limit. */
const PAGE_SIZE = 100;

export interface ConversationFilter {
  /** Words to search for; empty: every conversation. */
  q: string;
  archived: boolean | "any";
  /** The bin's conversations instead of the others. */
  deleted: boolean;
  /** Those of a project; `none`: those in no project. */
  projectId?: string;
  /** Only those in which a reply waits for the user. */
  waiting?: boolean;
}

/** The conversations that are neither archived nor deleted, also those of projects. */
export const UNARCHIVED: ConversationFilter = { q: "", archived: false, deleted: false };
/** The conversations of UNARCHIVED that are in no project. */
export const ACTIVE: ConversationFilter = { ...UNARCHIVED, projectId: "none" };
export const ARCHIVED: ConversationFilter = { ...UNARCHIVED, archived: true };
export const WAITING: ConversationFilter = { ...UNARCHIVED, archived: "any", waiting: true };
export const BIN: ConversationFilter = { ...UNARCHIVED, archived: "any", deleted: true };

type ListData = InfiniteData<ConversationPage, string | null>;

const listsKey = ["conversations"] as const;
const listKey = (filter: ConversationFilter) => [...listsKey, filter] as const;
const conversationKey = (id: string) => ["conversation", id] as const;

/** All loaded pages of a list, in the backend's order. */
export function useConversationList(filter: ConversationFilter) {
  const queryClient = useQueryClient();
  return useInfiniteQuery({
    queryKey: listKey(filter),
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) => {
      const page = await fetchPage(filter, pageParam, signal);
      // A conversation in the bin cannot be opened.
      if (!filter.deleted) for (const { matches: _, ...item } of page.items) remember(queryClient, item);
      return page;
    },
    getNextPageParam: (page) => page.next_cursor,
    // Changed rows move between pages; duplicates are removed.
    select: (data) => {
      const byId = new Map<string, Conversation>();
      for (const page of data.pages) for (const item of page.items) byId.set(item.id, item);
      return [...byId.values()];
    },
  });
}

function fetchPage(
  filter: ConversationFilter,
  cursor: string | null,
  signal: AbortSignal | null = null,
): Promise<ConversationPage> {
  return body(
    api.GET("/conversation", {
      params: {
        query: {
          limit: cursor === null ? FIRST_PAGE_SIZE : PAGE_SIZE,
          archived: filter.archived,
          ...(filter.deleted ? { deleted: true } : {}),
          ...(filter.projectId ? { project_id: filter.projectId } : {}),
          ...(filter.waiting ? { waiting: true } : {}),
          ...(filter.q ? { q: filter.q } : {}),
          ...(cursor === null ? {} : { cursor }),
        },
      },
      signal,
    }),
  );
}

/** Every conversation of a list, in its order, also those of pages that are not loaded. */
export async function listAll(
  queryClient: QueryClient,
  filter: ConversationFilter,
  signal: AbortSignal | null = null,
): Promise<Conversation[]> {
  const all: Conversation[] = [];
  for await (const items of eachPage(({ cursor = null }) => fetchPage(filter, cursor, signal)))
    for (const { matches: _, ...item } of items) {
      if (!filter.deleted) remember(queryClient, item);
      all.push(item);
    }
  return all;
}

/**
 * A value that `select` derives from a conversation, which may be in none of the loaded pages; undefined until it is
 * loaded, and for a null id. Renders again when the value changes. `error` is ApiError `not_found` for an unknown id.
 */
export function useConversation<T>(id: string | null, select: (conversation: Conversation) => T) {
  return useQuery({
    queryKey: conversationKey(id ?? ""),
    enabled: id !== null,
    select,
    queryFn: ({ signal }) =>
      body(
        api.GET("/conversation/{conversation_id}", {
          params: { path: { conversation_id: id ?? "" } },
          signal,
        }),
      ),
    // Kept current by lists and mutations.
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Fetches changes of other devices: the lists, and a conversation that may be in none of them. */
export function refreshConversations(queryClient: QueryClient, id?: string): void {
  void queryClient.invalidateQueries({ queryKey: listsKey });
  if (id) void queryClient.invalidateQueries({ queryKey: conversationKey(id) });
}

/** Fetches the changes of a conversation that is on the screen; resolves with it, also when that has failed. */
export async function refreshConversation(
  queryClient: QueryClient,
  id: string,
): Promise<Conversation | undefined> {
  await queryClient.invalidateQueries({ queryKey: conversationKey(id) }, { cancelRefetch: false });
  return queryClient.getQueryData<Conversation>(conversationKey(id));
}

export async function createConversation(
  queryClient: QueryClient,
  modelConfigId: string | null,
  {
    temporary = false,
    projectId = null,
    tools = [],
  }: { temporary?: boolean; projectId?: string | null; tools?: ToolChoice } = {},
): Promise<Conversation> {
  const conversation = await body(
    api.POST("/conversation/create", {
      body: {
        model_config_id: modelConfigId,
        project_id: projectId,
        temporary,
        tools: [...tools],
      },
    }),
  );
  addToList(queryClient, conversation);
  return conversation;
}

/** Adds a new conversation to the cache, first in the list. A temporary one is not listed. */
function addToList(queryClient: QueryClient, conversation: Conversation): void {
  remember(queryClient, conversation);
  if (conversation.temporary) return;
  const queryKey = listKey({ ...ACTIVE, projectId: conversation.project_id ?? "none" });
  queryClient.setQueryData<ListData>(
    queryKey,
    (data) => data && mapFirstPage(data, (items) => [conversation, ...items]),
  );
  // A list that was requested before may arrive without it.
  if (queryClient.isFetching({ queryKey }))
    void queryClient.cancelQueries({ queryKey }).then(() => queryClient.invalidateQueries({ queryKey }));
}

/** Copies the branch that ends in a message to a new conversation. */
export async function forkConversation(queryClient: QueryClient, messageId: string): Promise<Conversation> {
  const conversation = await body(api.POST("/conversation/fork", { body: { message_id: messageId } }));
  addToList(queryClient, conversation);
  return conversation;
}

/** Requests a title and shows it; the first words of the message are shown until it arrives. */
export async function titleConversation(
  queryClient: QueryClient,
  conversationId: string,
  message: string,
): Promise<void> {
  const { title } = await body(
    api.POST("/conversation/generate_title", { body: { conversation_id: conversationId, message } }),
  );
  changeCached(queryClient, conversationId, { title });
}

/** Applies to the cache a change that the backend makes itself, such as the time of the last activity. */
export function changeCached(queryClient: QueryClient, id: string, change: Partial<Conversation>): void {
  queryClient.setQueryData<Conversation>(conversationKey(id), (old) => old && { ...old, ...change });
  queryClient.setQueriesData<ListData>(
    { queryKey: listsKey },
    (data) => data && mapItems(data, (item) => (item.id === id ? { ...item, ...change } : item)),
  );
}

/** The changes of a conversation that have no answer yet. */
interface PendingChanges {
  /** The values without these changes, of the fields that they have. */
  stored: Partial<Conversation>;
  /** Oldest first; only the oldest has been sent. */
  readonly changes: Partial<Conversation>[];
  /** Resolves after the answer to the latest one. */
  answered: Promise<unknown>;
}

const pendingChanges = new Map<string, PendingChanges>();

/**
 * Changes a conversation, at once in the cache. Changes of one conversation are sent one after the other, so that the
 * last one is the one that is stored. On failure the change is taken back, and the error thrown.
 */
export async function updateConversation(
  queryClient: QueryClient,
  update: ConversationUpdate,
): Promise<void> {
  const { id, ...rest } = update;
  const change = withoutUndefined(rest);
  const none: PendingChanges = { stored: {}, changes: [], answered: Promise.resolve() };
  const pending = pendingChanges.get(id) ?? none;
  pendingChanges.set(id, pending);
  const known = queryClient.getQueryData<Conversation>(conversationKey(id));
  if (known) pending.stored = { ...only(known, change), ...pending.stored };
  pending.changes.push(change);
  const show = () => changeCached(queryClient, id, Object.assign({}, pending.stored, ...pending.changes));
  show();
  const request = pending.answered.then(() => body(api.POST("/conversation/update", { body: update })));
  pending.answered = request.catch(() => undefined);
  try {
    const answer = await request;
    pending.stored = only(answer, { ...pending.stored, ...change });
    changeCached(queryClient, id, answer);
  } finally {
    pending.changes.shift();
    if (pending.changes.length === 0) pendingChanges.delete(id);
    show();
  }
}

/** The values of the fields that `change` has. The backend omits some that are null. */
function only(values: Conversation, change: Partial<Conversation>): Partial<Conversation> {
  return Object.fromEntries(Object.keys(change).map((key) => [key, values[key as keyof Conversation]]));
}

/** null: out of their projects. */
export type ConversationsChange = { archived: boolean } | { project_id: string | null };

/**
 * Makes the same change to several conversations, at once in the cache. On failure the lists are loaded again, and the
 * error is thrown; some may have been changed. `onProgress`: the number of those that have been.
 */
export async function updateConversations(
  queryClient: QueryClient,
  ids: readonly string[],
  change: ConversationsChange,
  onProgress?: (done: number) => void,
): Promise<void> {
  const changed = new Set(ids);
  const shown = withoutUndefined(change);
  for (const id of ids)
    queryClient.setQueryData<Conversation>(conversationKey(id), (old) => old && { ...old, ...shown });
  for (const [queryKey, data] of queryClient.getQueriesData<ListData>({ queryKey: listsKey })) {
    const filter = queryKey[1] as ConversationFilter;
    const items = data && mapItems(data, (item) => (changed.has(item.id) ? { ...item, ...shown } : item));
    if (items)
      queryClient.setQueryData<ListData>(
        queryKey,
        filterItems(items, (item) => belongs(item, filter)),
      );
  }
  try {
    await inBatches(
      ids,
      (batch) => api.POST("/conversation/update_many", { body: { ids: batch, ...change } }),
      onProgress,
    );
  } catch (error) {
    void queryClient.invalidateQueries({ predicate: isOneOf(changed) });
    throw error;
  } finally {
    refreshConversations(queryClient);
  }
}

/** Whether a list with this filter still has a conversation that it had. */
function belongs({ archived, project_id }: Conversation, filter: ConversationFilter): boolean {
  const { projectId } = filter;
  return (
    (filter.archived === "any" || filter.archived === archived) &&
    (projectId === undefined || projectId === (project_id ?? "none"))
  );
}

/** Conversations by the id of the project that they are in. */
export function groupByProject(
  queryClient: QueryClient,
  ids: readonly string[],
): ReadonlyMap<string | null, readonly string[]> {
  const known = knownConversations(queryClient);
  const groups = new Map<string | null, string[]>();
  for (const id of ids) {
    const projectId: string | null = known(id)?.project_id ?? null;
    const group = groups.get(projectId);
    if (group) group.push(id);
    else groups.set(projectId, [id]);
  }
  return groups;
}

/** The ids of the conversations that are not in the archive. */
export function withoutArchived(queryClient: QueryClient, ids: readonly string[]): readonly string[] {
  const known = knownConversations(queryClient);
  return ids.filter((id) => !known(id)?.archived);
}

/** Looks up a conversation, in the lists where the entry of its own was unused for so long that it is gone. */
function knownConversations(queryClient: QueryClient): (id: string) => Conversation | undefined {
  const listed = new Map<string, Conversation>();
  for (const [, data] of queryClient.getQueriesData<ListData>({ queryKey: listsKey }))
    for (const page of data?.pages ?? []) for (const item of page.items) listed.set(item.id, item);
  return (id) => queryClient.getQueryData<Conversation>(conversationKey(id)) ?? listed.get(id);
}

/** Moves conversations to the bin; `purge` deletes them for good, also those that are in the bin. */
export async function deleteConversations(
  queryClient: QueryClient,
  ids: readonly string[],
  purge = false,
  onProgress?: (done: number) => void,
): Promise<void> {
  const gone = new Set(ids);
  queryClient.setQueriesData<ListData>(
    { queryKey: listsKey },
    (data) => data && filterItems(data, ({ id }) => !gone.has(id)),
  );
  try {
    await inBatches(
      ids,
      (batch) => api.POST("/conversation/delete", { body: { ids: batch, purge } }),
      onProgress,
    );
    queryClient.removeQueries({ predicate: isOneOf(gone) });
  } finally {
    refreshConversations(queryClient);
  }
}

/** Takes conversations out of the bin. */
export async function restoreConversations(queryClient: QueryClient, ids: readonly string[]): Promise<void> {
  try {
    await inBatches(ids, (batch) => api.POST("/conversation/restore", { body: { ids: batch } }));
  } finally {
    refreshConversations(queryClient);
  }
}

/** Deletes for good every conversation of the bin. */
export async function emptyBin(queryClient: QueryClient): Promise<void> {
  await deleteEvery(queryClient, [BIN], true);
}

/**
 * Moves every conversation to the bin, archived ones and those of projects too; `purge` deletes them for good, with those
 * that are in the bin.
 */
export async function deleteAllConversations(
  queryClient: QueryClient,
  purge: boolean,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const all: ConversationFilter = { ...UNARCHIVED, archived: "any" };
  await deleteEvery(queryClient, purge ? [all, BIN] : [all], purge, onProgress);
}

async function deleteEvery(
  queryClient: QueryClient,
  filters: readonly ConversationFilter[],
  purge: boolean,
  onProgress?: (done: number, total: number) => void,
): Promise<void> {
  const ids: string[] = [];
  for (const filter of filters) ids.push(...(await listAll(queryClient, filter)).map(({ id }) => id));
  await deleteConversations(queryClient, ids, purge, (done) => onProgress?.(done, ids.length));
}

/** The cached conversations with these ids. */
function isOneOf(ids: ReadonlySet<string>) {
  return ({ queryKey: [name, id] }: Query) =>
    name === conversationKey("")[0] && typeof id === "string" && ids.has(id);
}

function remember(queryClient: QueryClient, conversation: Conversation): void {
  queryClient.setQueryData(conversationKey(conversation.id), conversation);
}

function mapItems(data: ListData, change: (item: Conversation) => Conversation): ListData {
  return { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.map(change) })) };
}

function filterItems(data: ListData, isKept: (item: Conversation) => boolean): ListData {
  return { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.filter(isKept) })) };
}

function mapFirstPage(data: ListData, change: (items: Conversation[]) => Conversation[]): ListData {
  return {
    ...data,
    pages: data.pages.map((page, index) => (index === 0 ? { ...page, items: change(page.items) } : page)),
  };
}

function withoutUndefined<T extends object>(value: T): Partial<Conversation> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined));
}
