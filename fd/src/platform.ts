// What differs between the computers that people use.

const IS_APPLE = /Mac|iPhone|iPad/.test(navigator.platform);

/** The name of the key that shortcuts begin with. */
export const MOD_KEY = IS_APPLE ? "⌘" : "Ctrl";
