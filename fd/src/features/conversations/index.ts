// Public module of the conversations feature: what others may use.
export { ConversationList } from "./ConversationList";
export {
  changeCached,
  createConversation,
  forkConversation,
  refreshConversations,
  titleConversation,
  useConversation,
  useUpdateConversation,
} from "./queries";
