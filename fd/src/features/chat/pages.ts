// Settings pages of the chat feature, loaded when they are opened.
export { ImportConversations } from "./ImportConversations";
