/** The type under which a dragged row of the sidebar has the conversation's id. */
export const DRAGGED_CONVERSATION = "application/x-conversation-id";
