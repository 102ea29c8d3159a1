// Made-up exports of other products, in the shapes that they document.

type Json = Record<string, unknown>;

const START = Date.UTC(2025, 0, 1) / 1000;

/** The smallest PNG: one pixel. */
export const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const iso = (seconds: number) => new Date(seconds * 1000).toISOString();

/** A node of ChatGPT's `mapping`. */
export function chatgptNode(id: string, parent: string | null, message: Json | null): Json {
  return { id, parent, children: [], message: message && { id, ...message } };
}

export function chatgptMessage(role: string, content: Json | string, more: Json = {}): Json {
  return {
    author: { role, name: null, metadata: {} },
    create_time: START + 60,
    content: typeof content === "string" ? { content_type: "text", parts: [content] } : content,
    status: "finished_successfully",
    weight: 1,
    recipient: "all",
    metadata: role === "assistant" ? { model_slug: "gpt-5" } : {},
    ...more,
  };
}

/** With a hidden system message, reasoning, a tool that makes an image, an image of the user, and two branches. */
export function chatgptConversation(n: number, more: Json = {}): Json {
  const id = `chatgpt-${n}`;
  const nodes = [
    chatgptNode("root", null, null),
    chatgptNode(
      "system",
      "root",
      chatgptMessage("system", "", { metadata: { is_visually_hidden_from_conversation: true } }),
    ),
    chatgptNode(
      `${id}-q`,
      "system",
      chatgptMessage("user", {
        content_type: "multimodal_text",
        parts: [
          {
            content_type: "image_asset_pointer",
            asset_pointer: "sediment://file_00000000shown",
            width: 1,
            height: 1,
          },
          `Question ${n}`,
        ],
      }),
    ),
    chatgptNode(
      `${id}-thoughts`,
      `${id}-q`,
      chatgptMessage("assistant", {
        content_type: "thoughts",
        thoughts: [{ summary: "Looking", content: "A pixel." }],
      }),
    ),
    chatgptNode(
      `${id}-call`,
      `${id}-thoughts`,
      chatgptMessage("assistant", '{"prompt":"a pixel"}', { recipient: "dalle.text2im" }),
    ),
    chatgptNode(
      `${id}-tool`,
      `${id}-call`,
      chatgptMessage(
        "tool",
        {
          content_type: "multimodal_text",
          parts: [{ content_type: "image_asset_pointer", asset_pointer: "file-service://file-made123" }],
        },
        { author: { role: "tool", name: "dalle.text2im", metadata: {} } },
      ),
    ),
    chatgptNode(`${id}-r`, `${id}-tool`, chatgptMessage("assistant", `Answer ${n}`)),
    chatgptNode(`${id}-r2`, `${id}-q`, chatgptMessage("assistant", `Other answer ${n}`)),
  ];
  return {
    title: `ChatGPT ${n}`,
    create_time: START + n,
    update_time: START + n + 100,
    mapping: Object.fromEntries(nodes.map((node) => [node.id, node])),
    current_node: `${id}-r`,
    conversation_id: id,
    id,
    is_archived: false,
    ...more,
  };
}

/** The names and the contents of the images of `chatgptConversation`. */
export const CHATGPT_IMAGES = ["file_00000000shown-photo.png", "dalle-generations/file-made123-uuid.webp"];

/** With the text of an attachment, reasoning, a tool, and two branches. */
export function claudeConversation(n: number, more: Json = {}): Json {
  const id = `claude-${n}`;
  const message = (uuid: string, parent: string, sender: string, text: string, rest: Json = {}) => ({
    uuid,
    text,
    content: [{ type: "text", text }],
    sender,
    created_at: iso(START + 60),
    updated_at: iso(START + 60),
    attachments: [],
    files: [],
    parent_message_uuid: parent,
    ...rest,
  });
  return {
    uuid: id,
    name: `Claude ${n}`,
    created_at: iso(START + n),
    updated_at: iso(START + n + 100),
    account: { uuid: "account" },
    chat_messages: [
      message(`${id}-q`, "00000000-0000-4000-8000-000000000000", "human", `Question ${n}`, {
        attachments: [{ file_name: "notes.txt", file_type: "txt", extracted_content: "Text of the notes" }],
        files: [{ file_name: "photo.png" }],
      }),
      message(`${id}-r`, `${id}-q`, "assistant", "", {
        content: [
          { type: "thinking", thinking: "Considering." },
          { type: "tool_use", name: "web_search", input: { query: "x" } },
          { type: "tool_result", name: "web_search", content: [{ type: "text", text: "Found" }] },
          { type: "text", text: `Answer ${n}` },
        ],
      }),
      message(`${id}-r2`, `${id}-q`, "assistant", `Other answer ${n}`),
    ],
    ...more,
  };
}

/** With an image in a data URL, reasoning in the text, and two branches. */
export function openWebuiConversation(n: number, more: Json = {}): Json {
  const id = `open-webui-${n}`;
  const reasoning =
    '<details type="reasoning" done="true" duration="2">\n<summary>Thought</summary>\n> Considering &amp; so on.\n</details>\n';
  const messages = {
    q: {
      id: "q",
      parentId: null,
      childrenIds: ["r", "r2"],
      role: "user",
      content: `Question ${n}`,
      files: [{ type: "image", url: `data:image/png;base64,${PIXEL}` }],
      timestamp: START + 60,
    },
    r: {
      id: "r",
      parentId: "q",
      childrenIds: [],
      role: "assistant",
      content: `${reasoning}Answer ${n}`,
      model: "llama3:8b",
      timestamp: START + 61,
    },
    r2: {
      id: "r2",
      parentId: "q",
      childrenIds: [],
      role: "assistant",
      content: `Other answer ${n}`,
      model: "qwen",
      timestamp: START + 62,
    },
  };
  return {
    id,
    user_id: "user",
    title: `Open WebUI ${n}`,
    chat: {
      title: `Open WebUI ${n}`,
      models: ["llama3:8b"],
      history: { messages, currentId: "r" },
      messages: [],
    },
    created_at: START + n,
    updated_at: START + n + 100,
    archived: false,
    pinned: true,
    ...more,
  };
}

/** `recursive`: messages nested in `children`, otherwise a list with `parentMessageId`. */
export function librechatConversation(n: number, recursive: boolean, more: Json = {}): Json {
  const id = `librechat-${n}`;
  const root = "00000000-0000-0000-0000-000000000000";
  const message = (messageId: string, parent: string, isCreatedByUser: boolean, rest: Json) => ({
    messageId,
    parentMessageId: parent,
    conversationId: id,
    isCreatedByUser,
    sender: isCreatedByUser ? "User" : "GPT",
    createdAt: iso(START + 60),
    ...rest,
  });
  const question = message(`${id}-q`, root, true, { text: `Question ${n}` });
  const reply = message(`${id}-r`, `${id}-q`, false, {
    text: "",
    model: "gpt-4o",
    content: [
      { type: "think", think: "Considering." },
      { type: "text", text: { value: `Answer ${n}` } },
      { type: "tool_call", tool_call: { name: "calculator", args: '{"x":1}', output: "2" } },
    ],
  });
  const other = message(`${id}-r2`, `${id}-q`, false, { text: `Other answer ${n}`, model: "gpt-4o" });
  return {
    conversationId: id,
    endpoint: "openAI",
    title: `LibreChat ${n}`,
    exportAt: "13:05:22 GMT+0000 (Coordinated Universal Time)",
    branches: true,
    recursive,
    options: { model: "gpt-4o" },
    messages: recursive ? [{ ...question, children: [other, reply] }] : [question, other, reply],
    ...more,
  };
}
