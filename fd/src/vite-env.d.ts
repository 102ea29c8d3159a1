/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** Where the functions answer; default `/api` of the page's own origin. */
  readonly VITE_API_URL?: string;
  /**
   * Where the WebSocket gateway answers; nothing for none. Default: `/api/ws` of the page's own origin if the
   * functions answer there, too.
   */
  readonly VITE_WEBSOCKET_URL?: string;
}
