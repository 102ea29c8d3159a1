import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useState } from "react";
import { api, session } from "@/api/client";
import { changeCached } from "@/features/conversations";
import { ConversationController } from "./conversation-controller";

/** The open conversations of the session. */
class ConversationRegistry {
  readonly #queryClient: QueryClient;
  readonly #controllers = new Map<string, ConversationController>();

  constructor(queryClient: QueryClient) {
    this.#queryClient = queryClient;
    const { userId } = session.snapshot();
    const unsubscribe = session.subscribe(() => {
      if (session.snapshot().userId === userId) return;
      unsubscribe();
      this.#close();
    });
  }

  get(id: string): ConversationController {
    const known = this.#controllers.get(id);
    if (known) return known;
    const controller = new ConversationController(id, {
      onActivity: (conversationId) =>
        changeCached(this.#queryClient, conversationId, { updated_at: new Date().toISOString() }),
      onLeafSelected: (conversationId, leafId) => {
        changeCached(this.#queryClient, conversationId, { active_leaf_id: leafId });
        // Only remembers where the reader was; the next choice tries again.
        api
          .POST("/conversation/update", { body: { id: conversationId, active_leaf_id: leafId } })
          .catch(() => undefined);
      },
    });
    this.#controllers.set(id, controller);
    return controller;
  }

  /** The session is over: nothing of it is received any more. */
  #close(): void {
    for (const controller of this.#controllers.values()) controller.close();
    this.#controllers.clear();
  }
}

const RegistryContext = createContext<ConversationRegistry | null>(null);

/** Keeps the conversations of one session, so that replies go on while the user looks elsewhere. */
export function ChatProvider({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient();
  const [registry] = useState(() => new ConversationRegistry(queryClient));
  return <RegistryContext value={registry}>{children}</RegistryContext>;
}

export function useConversationRegistry(): ConversationRegistry {
  const registry = use(RegistryContext);
  if (!registry) throw new Error("ChatProvider is missing");
  return registry;
}
