// Archives of conversations, loaded when one is made.
export {
  addConversation,
  addDocument,
  addImages,
  type ExportedConversation,
  type ExportedMessage,
  type FileSink,
  type FileWords,
  jsonBlob,
  type ProjectFolder,
} from "./conversation-files";
export { exportConversations } from "./export-conversations";
export { ZipWriter } from "./zip-writer";
