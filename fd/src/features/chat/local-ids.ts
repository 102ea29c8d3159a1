// Ids of messages that the backend has no message for yet.

let last = 0;

export function localId(): string {
  last += 1;
  return `local:${last}`;
}

/** Whether the backend has no message with this id. */
export function isLocal(id: string): boolean {
  return id.startsWith("local:");
}
