import type { Conversation } from "@/api/types";
import { WindowedRows } from "@/components/WindowedRows";
import type { ConversationActions } from "./actions";
import { ConversationItem } from "./ConversationItem";
import type { Selection } from "./selection";

/** Rows of conversations, which can be selected. */
export function ConversationRows({
  conversations,
  openId,
  selection: { ids, toggle, drag },
  actions,
}: {
  conversations: readonly Conversation[];
  openId: string | null;
  selection: Selection;
  actions: ConversationActions;
}) {
  return (
    <WindowedRows items={conversations}>
      {(conversation, position) => (
        <ConversationItem
          key={conversation.id}
          conversation={conversation}
          current={conversation.id === openId}
          selected={ids === null ? null : ids.has(conversation.id)}
          actions={actions}
          onToggle={toggle}
          drag={drag}
          position={position}
        />
      )}
    </WindowedRows>
  );
}
