// Names under which this browser keeps things that more than one part of the page reads. Constants only, so that the
// build puts them into their places and loads no file for them.

/** The signed-in session: `{userId, refreshToken}`. */
export const SESSION_KEY = "session";
/** `{state: Preferences}`. */
export const PREFERENCES_KEY = "preferences";
/** The language chosen by the user. */
export const LANGUAGE_KEY = "language";
/** Texts that are not sent: `draft:<user id>:<conversation id, or "new">`. */
export const DRAFT_PREFIX = "draft:";
