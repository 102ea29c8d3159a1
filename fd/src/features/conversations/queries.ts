// Queries and mutations of conversations. The cache has one copy of each conversation (`conversationKey`), and lists of
// ids, so that a rename appears everywhere at once.
import {
  type InfiniteData,
  type QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { api, body } from "@/api/client";
import type { Conversation, ConversationPage, ConversationUpdate } from "@/api/types";

const PAGE_SIZE = 40;
/** Maximum number of ids per delete call. */
const DELETE_BATCH = 100;

export interface ConversationFilter {
  q: string;
  archived: boolean;
}

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
              ...(filter.q ? { q: filter.q } : {}),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
          signal,
        }),
      );
      for (const conversation of page.items) remember(queryClient, conversation);
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
 * loaded. Renders again when the value changes. `error` is ApiError `not_found` for an unknown id.
 */
export function useConversation<T>(id: string, select: (conversation: Conversation) => T) {
  return useQuery({
    queryKey: conversationKey(id),
    select,
    queryFn: ({ signal }) =>
      body(api.GET("/conversation/{conversation_id}", { params: { path: { conversation_id: id } }, signal })),
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
): Promise<Conversation> {
  const conversation = await body(
    api.POST("/conversation/create", { body: modelConfigId ? { model_config_id: modelConfigId } : {} }),
  );
  addToList(queryClient, conversation);
  return conversation;
}

/** Adds a new conversation to the cache, first in the list. */
function addToList(queryClient: QueryClient, conversation: Conversation): void {
  remember(queryClient, conversation);
  queryClient.setQueryData<ListData>(
    listKey({ q: "", archived: false }),
    (data) => data && mapFirstPage(data, (items) => [conversation, ...items]),
  );
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

export function useUpdateConversation() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (update: ConversationUpdate) => body(api.POST("/conversation/update", { body: update })),
    onMutate: (update) => {
      const before = queryClient.getQueryData<Conversation>(conversationKey(update.id));
      const { id, ...change } = update;
      changeCached(queryClient, id, withoutUndefined(change));
      return { before };
    },
    onError: (_error, update, context) => {
      if (context?.before) changeCached(queryClient, update.id, context.before);
    },
    onSuccess: (conversation, update) => {
      changeCached(queryClient, conversation.id, conversation);
      // The conversation moved from one list to another.
      if (update.archived !== undefined) return queryClient.invalidateQueries({ queryKey: listsKey });
      return undefined;
    },
  });
}

export function useDeleteConversations() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (ids: readonly string[]) => {
      for (let start = 0; start < ids.length; start += DELETE_BATCH) {
        await api.POST("/conversation/delete", {
          // The interface has no bin to restore them from.
          body: { ids: ids.slice(start, start + DELETE_BATCH), purge: true },
        });
      }
    },
    onSuccess: (_result, ids) => {
      const gone = new Set(ids);
      queryClient.setQueriesData<ListData>(
        { queryKey: listsKey },
        (data) =>
          data && {
            ...data,
            pages: data.pages.map((page) => ({
              ...page,
              items: page.items.filter((item) => !gone.has(item.id)),
            })),
          },
      );
      for (const id of ids) queryClient.removeQueries({ queryKey: conversationKey(id) });
    },
  });
}

function remember(queryClient: QueryClient, conversation: Conversation): void {
  queryClient.setQueryData(conversationKey(conversation.id), conversation);
}

function mapItems(data: ListData, change: (item: Conversation) => Conversation): ListData {
  return { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.map(change) })) };
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
