// Queries and mutations of conversations. The cache has one copy of each conversation (`conversationKey`), and lists of
// ids, so that a rename appears everywhere at once.
import {
  type InfiniteData,
  type QueryClient,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { api, body } from "@/api/client";
import type { Conversation, ConversationPage, ConversationUpdate, ToolChoice } from "@/api/types";

const PAGE_SIZE = 40;
/** Maximum number of ids per call, and of conversations per page. */
const BATCH = 100;

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

const ALL: ConversationFilter = { q: "", archived: false, deleted: false };
/** The conversations that are neither archived nor deleted, nor in a project. */
export const ACTIVE: ConversationFilter = { ...ALL, projectId: "none" };
export const ARCHIVED: ConversationFilter = { ...ALL, archived: true };
export const WAITING: ConversationFilter = { ...ALL, archived: "any", waiting: true };
export const BIN: ConversationFilter = { ...ALL, archived: "any", deleted: true };

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
      const page = await body(
        api.GET("/conversation", {
          params: {
            query: {
              limit: PAGE_SIZE,
              archived: filter.archived,
              ...(filter.deleted ? { deleted: true } : {}),
              ...(filter.projectId ? { project_id: filter.projectId } : {}),
              ...(filter.waiting ? { waiting: true } : {}),
              ...(filter.q ? { q: filter.q } : {}),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
          signal,
        }),
      );
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

/** Changes a conversation, at once in the cache. On failure the change is taken back, and the error thrown. */
export async function updateConversation(
  queryClient: QueryClient,
  update: ConversationUpdate,
): Promise<void> {
  const { id, ...change } = update;
  const before = queryClient.getQueryData<Conversation>(conversationKey(id));
  changeCached(queryClient, id, withoutUndefined(change));
  try {
    changeCached(queryClient, id, await body(api.POST("/conversation/update", { body: update })));
  } catch (error) {
    if (before) changeCached(queryClient, id, before);
    throw error;
  }
  // The conversation moved from one list to another.
  if (change.archived !== undefined || change.project_id !== undefined) refreshConversations(queryClient);
}

/** Moves conversations to the bin; `purge` deletes them for good, also those that are in the bin. */
export async function deleteConversations(
  queryClient: QueryClient,
  ids: readonly string[],
  purge = false,
): Promise<void> {
  const gone = new Set(ids);
  queryClient.setQueriesData<ListData>(
    { queryKey: listsKey },
    (data) => data && filterItems(data, ({ id }) => !gone.has(id)),
  );
  try {
    for (const batch of batchesOf(ids))
      await api.POST("/conversation/delete", { body: { ids: batch, purge } });
    for (const id of ids) queryClient.removeQueries({ queryKey: conversationKey(id) });
  } finally {
    refreshConversations(queryClient);
  }
}

/** Takes conversations out of the bin. */
export async function restoreConversations(queryClient: QueryClient, ids: readonly string[]): Promise<void> {
  try {
    for (const batch of batchesOf(ids)) await api.POST("/conversation/restore", { body: { ids: batch } });
  } finally {
    refreshConversations(queryClient);
  }
}

/** Deletes for good every conversation of the bin. */
export async function emptyBin(queryClient: QueryClient): Promise<void> {
  for (;;) {
    const { items } = await body(
      api.GET("/conversation", { params: { query: { deleted: true, archived: "any", limit: BATCH } } }),
    );
    if (items.length === 0) return;
    await deleteConversations(
      queryClient,
      items.map(({ id }) => id),
      true,
    );
  }
}

function batchesOf(ids: readonly string[]): string[][] {
  const batches: string[][] = [];
  for (let start = 0; start < ids.length; start += BATCH) batches.push(ids.slice(start, start + BATCH));
  return batches;
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
