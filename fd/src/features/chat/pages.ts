// What the chat feature adds to the settings, loaded when they are opened.
export { ImportConversations } from "./ImportConversations";
