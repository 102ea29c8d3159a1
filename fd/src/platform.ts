// Platform detection: Apple or other, touch screen or other.

const IS_APPLE = /Mac|iPhone|iPad/.test(navigator.platform);

/** The name of the modifier key of shortcuts. */
export const MOD_KEY = IS_APPLE ? "⌘" : "Ctrl";

/** Media query for a finger as the main input: a phone or a tablet, without a mouse. */
export const TOUCH_SCREEN = "(hover: none) and (pointer: coarse)";
