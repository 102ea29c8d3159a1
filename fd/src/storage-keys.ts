// Keys of `localStorage` that several modules read. Constants only, so that the build inlines them.

/** The signed-in session: `{userId, refreshToken}`. */
export const SESSION_KEY = "session";
/** `{state: Preferences}`. */
export const PREFERENCES_KEY = "preferences";
/** The language chosen by the user. */
export const LANGUAGE_KEY = "language";
/** Drafts: `draft:<user id>:<conversation id, or "new">`. */
export const DRAFT_PREFIX = "draft:";
/** `{state: {unread}}`: the conversations with an unread reply. */
export const ACTIVITY_KEY = "activity";
