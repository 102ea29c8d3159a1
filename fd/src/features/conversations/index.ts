// Public module of the conversations feature: what others may use.
export { type ConversationActions, useConversationActions } from "./actions";
export { markEnded, markRunning, markStopped, showConversation } from "./activity";
export { ConversationList } from "./ConversationList";
export { DeleteItem, OrganizeItems } from "./ConversationMenuItems";
export { hasConversations } from "./drag";
export { ProjectsSection } from "./ProjectsSection";
export {
  changeCached,
  createConversation,
  deleteAllConversations,
  forkConversation,
  refreshConversation,
  refreshConversations,
  titleConversation,
  updateConversation,
  useConversation,
} from "./queries";
export { RenameField } from "./RenameField";
