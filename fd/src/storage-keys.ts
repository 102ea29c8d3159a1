// Keys of `localStorage` that several modules read. Constants only, so that the build inlines them.

/** The signed-in session: `{userId, refreshToken}`; `{ended: "expired"}` after the backend ended it. */
export const SESSION_KEY = "session";
/** The device token of the last login; it stays when the session ends. */
export const DEVICE_KEY = "device";
/** `{state: Preferences}`. */
export const PREFERENCES_KEY = "preferences";
/** The language chosen by the user. */
export const LANGUAGE_KEY = "language";
/** Drafts: `draft:<user id>:<conversation id, or "new">`. */
export const DRAFT_PREFIX = "draft:";
/** `{state: {unread}}`: the conversations with an unread reply. */
export const ACTIVITY_KEY = "activity";
/** Keys of sealed share links: `share-key:<user id>:<share id>`. */
export const SHARE_KEY_PREFIX = "share-key:";
