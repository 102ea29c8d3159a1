// Replay of a reply that is on the screen already: when it is resumed from its beginning, its events repeat the history.
import { endsReply } from "@/api/events";
import type { ChatEvent } from "@/api/types";
import { type ChatMessage, textOf } from "./conversation-state";

/**
 * Returns a receiver that holds the events back until they contain as much as the message on the screen, so that its text
 * and steps are replaced in one step. `replace` gets the events held, once; `add` those after them.
 * `answered`: the numbers of the steps that the user sees as answered.
 */
export function replayOver(
  message: ChatMessage | undefined,
  answered: readonly number[],
  replace: (events: readonly ChatEvent[]) => void,
  add: (events: readonly ChatEvent[]) => void,
): (events: readonly ChatEvent[]) => void {
  let missing = message ? message.reasoning.length + textOf(message.content).length : 0;
  const missingSteps = new Set(answered);
  let held: ChatEvent[] | null = [];
  return (events) => {
    if (!held) {
      add(events);
      return;
    }
    held.push(...events);
    for (const event of events) {
      if ("text" in event) missing -= event.text.length;
      if (event.type === "step" && event.step.state !== "waiting") missingSteps.delete(event.step.n);
    }
    if (missing + missingSteps.size > 0 && !endsReply(events, answered)) return;
    replace(held);
    held = null;
  };
}
