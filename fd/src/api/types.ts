// Names for the contract's types, taken from the generated schema by path, so that a change of the backend causes a type
// error here.
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

export type Tokens = Ok<paths["/user/refresh"]["post"]>;
/** A login that needs a second factor. */
export type SecondStep = Exclude<Ok<paths["/user/login"]["post"]>, Tokens>;
export type AddedPasskey = Ok<paths["/user/passkey/finish"]["post"]>;
export type Passkey = Ok<paths["/user/passkey"]["get"]>["items"][number];
/** A provider to sign in with (OpenID Connect). */
export type SignInProvider = Ok<paths["/user/oidc"]["get"]>["providers"][number];
export type SignInStarted = Ok<paths["/user/oidc/start"]["post"]>;
/** A sign-in whose address has an account, which its password connects. */
export type LinkRequired = Extract<Ok<paths["/user/oidc/finish"]["post"]>, { link_required: unknown }>;
/** A sign-in of the account with a provider. */
export type Identity = Ok<paths["/user/identity"]["get"]>["items"][number];
export type AccountOptions = Ok<paths["/user/options"]["get"]>;
export type Profile = Ok<paths["/user/me"]["get"]>;
export type Factors = Ok<paths["/user/mfa"]["get"]>;
export type LoginSession = Ok<paths["/user/session"]["get"]>["items"][number];
export type ExportItem = Ok<paths["/user/me/export"]["get"]>["items"][number];
export type ModelConfig = Ok<paths["/model_config"]["get"]>["items"][number];
export type ModelConfigCreate = Body<paths["/model_config/create"]["post"]>;
export type ModelParams = NonNullable<ModelConfigCreate["params"]>;
export type ModelConfigUpdate = Body<paths["/model_config/update"]["post"]>;
export type ModelConfigTest = Body<paths["/model_config/test"]["post"]>;
export type ModelConfigCreateMany = Body<paths["/model_config/create_many"]["post"]>;
export type ModelDiscover = Body<paths["/model_config/discover"]["post"]>;
export type DiscoveredModel = NonNullable<Ok<paths["/model_config/discover"]["post"]>["models"]>[number];
export type Learned = NonNullable<ModelConfig["learned"]>;
export type ConversationPage = Ok<paths["/conversation"]["get"]>;
export type Conversation = ConversationPage["items"][number];
export type ConversationUpdate = Body<paths["/conversation/update"]["post"]>;
export type ConversationImport = Body<paths["/conversation/import"]["post"]>;
export type Project = Ok<paths["/project"]["get"]>["items"][number];
export type ProjectCreate = Body<paths["/project/create"]["post"]>;
export type ProjectUpdate = Body<paths["/project/update"]["post"]>;
export type Prompt = Ok<paths["/prompt"]["get"]>["items"][number];
export type PromptCreate = Body<paths["/prompt/create"]["post"]>;
export type PromptUpdate = Body<paths["/prompt/update"]["post"]>;
export type ToolServer = Ok<paths["/tool"]["get"]>["items"][number];
export type ToolServerCreate = Body<paths["/tool/create"]["post"]>;
export type ToolServerUpdate = Body<paths["/tool/update"]["post"]>;
export type SearchEngine = Ok<paths["/tool/search"]["get"]>;
export type SearchEngineSave = Body<paths["/tool/search/save"]["post"]>;
export type ToolServerTestResult = Ok<paths["/tool/test"]["post"]>;
export type ToolPolicy = ToolServer["policy"][string];
export type AdminUser = Ok<paths["/admin/user"]["get"]>["items"][number];
export type AdminUserUpdate = Body<paths["/admin/user/update"]["post"]>;
export type StageSettings = Ok<paths["/admin/settings"]["get"]>;
export type StageSettingValues = StageSettings["values"];
export type StageSettingsChange = Body<paths["/admin/settings"]["post"]>;
export type GroupBudget = Body<paths["/admin/budget/update"]["post"]>;
export type MyBudget = NonNullable<Ok<paths["/user/me/usage"]["get"]>["budget"]>;
export type Invite = Ok<paths["/admin/invite"]["get"]>["items"][number];
export type InviteCreate = Body<paths["/admin/invite"]["post"]>;
export type OfferedModel = Ok<paths["/admin/model"]["get"]>["items"][number];
export type OfferedModelCreate = Body<paths["/admin/model/create"]["post"]>;
export type OfferedModelUpdate = Body<paths["/admin/model/update"]["post"]>;
export type OfferedServer = Ok<paths["/admin/tool"]["get"]>["items"][number];
export type OfferedServerCreate = Body<paths["/admin/tool/create"]["post"]>;
export type OfferedServerUpdate = Body<paths["/admin/tool/update"]["post"]>;
export type ServerStatus = Ok<paths["/admin/status"]["get"]>;
export type AuditEntry = Ok<paths["/admin/audit"]["get"]>["items"][number];
export type Instructions = Ok<paths["/conversation/{conversation_id}/instructions"]["get"]>["items"][number];
export type UserSettings = Ok<paths["/user/me/settings"]["get"]>;
export type Message = Ok<paths["/chat/{conversation_id}"]["get"]>["items"][number];
export type OutlineItem = Ok<paths["/chat/{conversation_id}/outline"]["get"]>["items"][number];
export type MessageStatus = Message["status"];
export type Part = Message["content"][number];
export type StoredFile = Schemas["FileOut"];
export type FileExcerpt = Schemas["FileExcerptOut"];
export type FilePart = Extract<Part, { type: "file" }>;
export type ImagePart = Extract<Part, { type: "image_url" }>;
/** Token counts. The prompt's include cached ones, the completion's those of reasoning. */
export type Usage = NonNullable<Message["usage"]>;
/** An error of a model. `status` is the provider's HTTP status, `retry_after` in seconds. */
export type MessageError = NonNullable<Message["error"]>;
export type SendBody = Body<paths["/chat/send"]["post"]>;
export type InputParts = Exclude<SendBody["message"], string>;
export type RegenerateBody = Body<paths["/chat/regenerate"]["post"]>;
export type ContinueBody = Body<paths["/chat/continue"]["post"]>;
export type Upload = Ok<paths["/chat/get_upload_presigned_url"]["post"]>["items"][number];
export type ErrorContent = Schemas["ErrorContent"];
export type ErrorFrame = Schemas["ErrorFrame"];
export type ErrorDetail = Schemas["ErrorDetail"];
/** A numbered source of a reply, from the provider's search. */
export type Source = Schemas["SourceOut"];
/** The details of a reply besides its text. */
export type ReplyDetails = Pick<
  Message,
  "sources" | "context_start_id" | "images_omitted" | "tools_omitted" | "tool_problems" | "file_excerpts"
>;
/** A tool call of a reply. `at`: the number of characters of the reply's text before it, as the server counts. */
export type Step = NonNullable<Message["steps"]>[number];
export type ToolChoice = NonNullable<SendBody["tools"]>;
export type AnswerBody = Body<paths["/chat/answer"]["post"]>;
/** Not stored and never replayed: the provider is busy or unreachable, and is called again in `seconds`. */
export type NoticeEvent = Schemas["Notice"];
export type ChatEvent = Schemas["ChatEvent"];
/** An event with a sequence number, which a resumed stream repeats. */
export type SequencedEvent = Exclude<ChatEvent, NoticeEvent>;
export type StartedEvent = Schemas["Started"];
/** Frames of the client and of the server on the WebSocket. */
export type ClientFrame = Schemas["ClientFrame"];
export type ServerFrame = Schemas["ServerFrame"];
export type EventFrame = Schemas["EventFrame"];
export type Share = Ok<paths["/share"]["get"]>["items"][number];
export type SavedShare = Ok<paths["/share/create"]["post"]>;
export type ShareCreate = Body<paths["/share/create"]["post"]>;
