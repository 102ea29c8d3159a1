// Public module of the chat feature: what others may use.
export { ChatPage } from "./ChatPage";
export { ChatProvider } from "./ChatProvider";
