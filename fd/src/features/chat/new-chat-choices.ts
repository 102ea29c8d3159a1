// The model and the tools of a new conversation, until it is created.
import { useState } from "react";
import type { ToolChoice } from "@/api/types";
import { useModelConfigs } from "@/features/models";
import {
  newChatModel,
  newChatTools,
  storeModelChoice,
  storeToolChoice,
  usePreferences,
} from "@/features/settings";

/**
 * The model of a new conversation: the one chosen here, or else the suggested one, or the stored one; null: the server's
 * default model.
 */
export function useNewChatModel(): {
  id: string | null;
  choose: (id: string | null) => void;
  /** Suggests the model of the conversation's project, for this conversation only; null: it has none. */
  suggest: (id: string | null) => void;
} {
  const modelConfigs = useModelConfigs().data;
  const stored = usePreferences(newChatModel);
  // A choice in another tab applies to later conversations, not to this one.
  const [picked, setPicked] = useState<string | null>();
  const [suggested, suggest] = useState<string | null>(null);
  const chosen = picked === undefined ? (suggested ?? stored) : picked;
  const isDeleted = modelConfigs?.every(({ id }) => id !== chosen) === true;
  return {
    id: isDeleted ? null : chosen,
    choose: (next) => {
      setPicked(next);
      storeModelChoice(next);
    },
    suggest,
  };
}

/** The tools of a new conversation: those chosen here, or else the suggested ones, or the stored ones. */
export function useNewChatTools(): {
  choice: ToolChoice;
  choose: (tools: ToolChoice) => void;
  /** Suggests the tools of the conversation's project, for this conversation only; null: it has none. */
  suggest: (tools: ToolChoice | null) => void;
} {
  const stored = usePreferences(newChatTools);
  const [picked, setPicked] = useState<ToolChoice>();
  const [suggested, suggest] = useState<ToolChoice | null>(null);
  return {
    choice: picked ?? suggested ?? stored,
    choose: (next) => {
      setPicked(next);
      storeToolChoice(next);
    },
    suggest,
  };
}
