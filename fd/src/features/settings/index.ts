// Public module of the settings feature: what others may use.
export {
  newChatModel,
  sendKeyOf,
  sendsMessage,
  startAppearance,
  storeModelChoice,
  usePreferences,
} from "./preferences";
