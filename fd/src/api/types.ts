// Names for the shapes of the contract, taken from the generated schema by path, so that a change
// of the backend shows up here as a type error.
import type { components, paths } from "./schema";

type Ok<T> = T extends { responses: infer R }
  ? R extends { 200: { content: { "application/json": infer B } } }
    ? B
    : R extends { 201: { content: { "application/json": infer B } } }
      ? B
      : never
  : never;
type Schemas = components["schemas"];
type Body<T> = T extends { requestBody?: { content: { "application/json": infer B } } } ? B : never;

export type Tokens = Ok<paths["/user/login"]["post"]>;
export type Profile = Ok<paths["/user/me"]["get"]>;
export type ModelConfig = Ok<paths["/model_config"]["get"]>["items"][number];
export type ModelConfigCreate = Body<paths["/model_config/create"]["post"]>;
export type ModelParams = NonNullable<ModelConfigCreate["params"]>;
export type ModelConfigUpdate = Body<paths["/model_config/update"]["post"]>;
export type ModelConfigTest = Body<paths["/model_config/test"]["post"]>;
export type ModelTestResult = Ok<paths["/model_config/test"]["post"]>;
export type ConversationPage = Ok<paths["/conversation"]["get"]>;
export type Conversation = ConversationPage["items"][number];
export type ConversationUpdate = Body<paths["/conversation/update"]["post"]>;
export type ConversationImport = Body<paths["/conversation/import"]["post"]>;
export type MessagePage = Ok<paths["/chat/{conversation_id}"]["get"]>;
export type Message = MessagePage["items"][number];
export type OutlineItem = Ok<paths["/chat/{conversation_id}/outline"]["get"]>["items"][number];
export type MessageStatus = Message["status"];
export type Part = Message["content"][number];
export type TextPart = Extract<Part, { type: "text" }>;
export type ImagePart = Extract<Part, { type: "image_url" }>;
export type Usage = NonNullable<Message["usage"]>;
/** An error of a model. `status` is the provider's HTTP status, `retry_after` in seconds. */
export type MessageError = NonNullable<Message["error"]> & { status?: number; retry_after?: number };
export type SendBody = Body<paths["/chat/send"]["post"]>;
export type InputParts = Exclude<SendBody["message"], string>;
export type RegenerateBody = Body<paths["/chat/regenerate"]["post"]>;
export type ContinueBody = Body<paths["/chat/continue"]["post"]>;
export type Upload = Ok<paths["/chat/get_upload_presigned_url"]["post"]>["items"][number];
export type ErrorContent = Schemas["ErrorContent"];
export type ErrorDetail = Schemas["ErrorDetail"];
export type ChatEvent = Schemas["ChatEvent"];
export type StartedEvent = Schemas["Started"];
/** What is sent over the WebSocket, and what is received. */
export type ClientFrame = Schemas["ClientFrame"];
export type ServerFrame = Schemas["ServerFrame"];
export type EventFrame = Schemas["EventFrame"];
