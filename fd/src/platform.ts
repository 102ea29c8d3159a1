// Platform detection: Apple or other.

const IS_APPLE = /Mac|iPhone|iPad/.test(navigator.platform);

/** The name of the modifier key of shortcuts. */
export const MOD_KEY = IS_APPLE ? "⌘" : "Ctrl";
