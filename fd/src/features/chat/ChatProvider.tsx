import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useEffect, useState } from "react";
import { chatSocket } from "@/api/chat-socket";
import { ConversationRegistry } from "./conversation-registry";

const RegistryContext = createContext<ConversationRegistry | null>(null);

/** Owns the conversations of one session, so that replies continue while the user visits other pages. */
export function ChatProvider({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient();
  const [registry] = useState(() => new ConversationRegistry(queryClient));
  useEffect(() => {
    chatSocket?.start(registry);
    return () => chatSocket?.stop();
  }, [registry]);
  return <RegistryContext value={registry}>{children}</RegistryContext>;
}

export function useConversationRegistry(): ConversationRegistry {
  const registry = use(RegistryContext);
  if (!registry) throw new Error("ChatProvider is missing");
  return registry;
}
