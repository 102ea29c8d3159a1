// Public module of the settings feature: what others may use.
export {
  newChatModel,
  sendKeyOf,
  sendsMessage,
  startTheme,
  storeModelChoice,
  usePreferences,
} from "./preferences";
