// Public module of the settings feature: what others may use.
export {
  newChatModel,
  newChatTools,
  sendKeyOf,
  sendsMessage,
  startAppearance,
  storeModelChoice,
  storeToolChoice,
  usePreferences,
} from "./preferences";
