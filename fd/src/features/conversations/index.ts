// Public module of the conversations feature: what others may use.
export { ConversationList } from "./ConversationList";
export {
  changeCached,
  createConversation,
  refreshConversations,
  titleConversation,
  useConversation,
  useUpdateConversation,
} from "./queries";
