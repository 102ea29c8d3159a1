// Build and development server of the SPA. Addresses come from the environment, so that several
// stacks can run beside each other.
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import {
  type CorsOptions,
  defaultAllowedOrigins,
  defineConfig,
  type EnvironmentOptions,
  type Plugin,
  type ProxyOptions,
} from "vite";
import { languages } from "./languages.config.ts";

const { env } = process;
const apiTarget = env.API_TARGET ?? `http://localhost:${env.HTTP_PORT ?? 8000}`;
const webSocketTarget = env.WEBSOCKET_TARGET ?? `http://localhost:${env.WEBSOCKET_PORT ?? 3001}`;
/** Origins of image uploads and downloads, separated by spaces. */
const objectStoreOrigin = env.VITE_OBJECT_STORE_ORIGIN ?? `http://localhost:${env.OBJECT_STORE_PORT ?? 9000}`;

// Vite's development client inserts style elements with this nonce. A build has none.
const DEVELOPMENT_NONCE = "development";

/**
 * Chunk groups: modules that are needed together are loaded together, because a request costs more than a few unneeded
 * kB. A module belongs to the matching group with the highest priority, and brings its imports: the icons of the login
 * page are in "shared" by that, those of Markdown and of share links' page, which do without "shell", by their names, and
 * the others in "shell".
 */
const CHUNKS = [
  { name: "react", test: /node_modules[\\/](react|react-dom|scheduler|react-router)[\\/]/, priority: 3 },
  {
    name: "shared",
    test: /node_modules[\\/](openapi-fetch|zustand|lucide-react[\\/]dist[\\/]esm[\\/]icons[\\/](check|circle-question-mark|circle-x|code|copy|download|eye|file-text|image-off|link-2-off|message-square-plus|text-wrap)\.)[\\/]?|src[\\/](tasks|api[\\/](client|errors|events|session|shared-links)|app[\\/]ConnectionNotice|components[\\/](Button|CopyFailure|ErrorNotice|Field|Form|GrowingText|Logo|PasswordField|Skeleton|copy-text|download|form|lazy-part|Spinner|useCopy)|first-paint[\\/]handover|i18n[\\/](index|translate)|features[\\/](auth[\\/](index|account|rules|AccountFields|PasswordRulesList|options|useSession)|settings[\\/](index|preferences)|sign-in[\\/]request))\b/,
    priority: 2,
  },
  {
    name: "shell",
    test: /node_modules[\\/](@tanstack|lucide-react)[\\/]|src[\\/](app[\\/]AppShell|components[\\/]layers|features[\\/](chat|conversations)[\\/](?!export|[iI]mport|pages|Project(List|Page|OfChat)|MoveToProject|Instructions|ReplyWithSteps|StepQuestion|step-title|form-schema|FileCards|Lightbox|Comparison|DeleteMessage|FindBar|find-session|find-ranges|scroll-to-message|copy-rich-text|rich-text|BinList|SelectionBar|SearchResults|SearchTarget|snippets))/,
    priority: 1,
  },
  // Menus, dialogs and their positioning code, when one is opened.
  {
    name: "popups",
    test: /node_modules[\\/]@?(base-ui|floating-ui)|src[\\/]components[\\/](Dialog|MenuPopup)\b/,
    priority: 0,
  },
];

/** `scheme://host:port` of an absolute URL; nothing for a path, which 'self' covers. */
function originOf(url: string | undefined): string[] {
  if (!url || !/^[a-z]+:\/\//.test(url)) return [];
  const { protocol, host } = new URL(url);
  return [`${protocol}//${host}`];
}

/** The Content-Security-Policy of a page. `nonce`: see DEVELOPMENT_NONCE. */
function policyOf(path: string, connect: readonly string[], nonce: string): string {
  const rules = path.endsWith("/diagram.html")
    ? // The diagrams' page renders untrusted text: it may use styles, and no network.
      ["style-src 'unsafe-inline'", "img-src data:", nonce && "connect-src 'self'"]
    : [
        `style-src 'self'${nonce}`,
        // An image of a reply, from any server, is loaded when the reader clicks it.
        `img-src 'self' blob: data: https: ${objectStoreOrigin}`,
        "font-src 'self'",
        `connect-src ${connect.join(" ")}`,
        // Diagrams, and PDF documents of the user in the browser's viewer.
        "frame-src 'self' blob:",
        "manifest-src 'self'",
        "worker-src 'self'",
      ];
  const common = ["base-uri 'none'", "form-action 'none'"];
  return ["default-src 'none'", `script-src 'self'${nonce}`, ...rules, ...common].filter(Boolean).join("; ");
}

/**
 * Writes the stage's addresses and the resulting policy into the page. The scripts contain none, so that a deploy can
 * change the addresses without a new build (`python -m infra.site`).
 */
function addresses(): Plugin {
  const apiUrl = env.VITE_API_URL ?? "/api";
  const webSocketUrl = env.VITE_WEBSOCKET_URL ?? (env.VITE_API_URL ? "" : "/api/ws");
  const connect = ["'self'", ...originOf(apiUrl), ...originOf(webSocketUrl), objectStoreOrigin];
  let nonce = "";
  return {
    name: "addresses",
    configResolved(config) {
      nonce = config.command === "serve" && !config.isProduction ? ` 'nonce-${DEVELOPMENT_NONCE}'` : "";
    },
    transformIndexHtml(_html, { path }) {
      return [
        {
          tag: "meta",
          attrs: { "http-equiv": "Content-Security-Policy", content: policyOf(path, connect, nonce) },
          injectTo: "head-prepend" as const,
        },
        { tag: "meta", attrs: { name: "api-url", content: apiUrl }, injectTo: "head" as const },
        { tag: "meta", attrs: { name: "websocket-url", content: webSocketUrl }, injectTo: "head" as const },
      ];
    },
  };
}

/** Chunks that only some messages need; they are cached at their first use. */
const LATER_CHUNKS = new Set(["markdown", "highlight", "rare-languages", "katex"]);

/** Inserts the list of files to cache into the service worker: all that the page can load, except the chunks above. */
function serviceWorkerFiles(): Plugin {
  return {
    name: "service-worker-files",
    apply: "build",
    applyToEnvironment: ({ name }) => name === "client",
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
      const worker = chunks.find(({ name }) => name === "service-worker");
      const page = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith("/index.html"));
      const firstPaint = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(FIRST_PAINT_SCRIPT));
      if (!worker || !page || !firstPaint)
        throw new Error("the page, a script of it or its service worker was not built");
      const reached = new Set([page, firstPaint]);
      for (const { imports, dynamicImports } of reached) {
        for (const chunk of chunks) {
          const imported = imports.includes(chunk.fileName) || dynamicImports.includes(chunk.fileName);
          if (imported && !LATER_CHUNKS.has(chunk.name)) reached.add(chunk);
        }
      }
      const styles = Object.keys(bundle).filter((fileName) => /\/index-[^/]+\.css$/.test(fileName));
      const files = [...[...reached].map(({ fileName }) => fileName), ...styles]
        .map((name) => `./${name}`)
        .sort();
      files.push("./icon.svg");
      const version = createHash("sha256").update(files.join("\n")).digest("hex").slice(0, 12);
      worker.code = `const SHELL = ${JSON.stringify({ version, files })};\n${worker.code}`;
    },
  };
}

/** The first-paint script, which shows a composer before the application is loaded. A separate entry, without large imports. */
const FIRST_PAINT_SCRIPT = "src/first-paint/main.ts";

/** Inserts the first-paint script into the page, before the application's. */
function firstPaintScript(): Plugin {
  return {
    name: "first-paint-script",
    transformIndexHtml: {
      order: "post",
      handler(_html, { path, bundle }) {
        if (!path.endsWith("/index.html")) return [];
        const built = Object.values(bundle ?? {}).find(
          (file) => file.type === "chunk" && file.facadeModuleId?.endsWith(FIRST_PAINT_SCRIPT),
        );
        const src = bundle ? `./${built?.fileName}` : `/${FIRST_PAINT_SCRIPT}`;
        return [{ tag: "script", attrs: { type: "module", src }, injectTo: "head-prepend" }];
      },
    },
  };
}

const proxy: Record<string, ProxyOptions> = {
  "/api/ws": { target: webSocketTarget, ws: true, rewrite: (path) => path.replace(/^\/api\/ws\/?/, "/") },
  "/api": { target: apiTarget, rewrite: (path) => path.replace(/^\/api/, "") },
  // Share links are objects of the site's bucket.
  "/shares": { target: `http://localhost:${env.OBJECT_STORE_PORT ?? 9000}` },
};

/** CORS headers of the development server: the diagrams' frame has no origin, so it loads its scripts cross-origin. */
const cors: CorsOptions = { origin: [defaultAllowedOrigins, "null"] };

const applicationEnvironment: EnvironmentOptions = {
  build: {
    rolldownOptions: {
      input: {
        index: "index.html",
        "first-paint": FIRST_PAINT_SCRIPT,
        "service-worker": "src/offline/service-worker.ts",
      },
      // Inlines the constants that the first-paint script shares with the application, so that it does not load a chunk for them.
      optimization: { inlineConst: { mode: "all", pass: 2 } },
      output: {
        codeSplitting: { groups: CHUNKS },
        // Unhashed, at the root: a worker's scope is its folder, and its URL identifies it.
        entryFileNames: ({ name }) =>
          name === "service-worker" ? "service-worker.js" : "assets/[name]-[hash].js",
      },
    },
  },
};

/**
 * The diagrams' frame is a separate build. Shared chunks would contain modules of the application, which need the site's
 * storage, and the browser's cache could have them without the CORS headers that a document without an origin needs.
 */
const diagramEnvironment: EnvironmentOptions = {
  consumer: "client",
  build: {
    // Keeps the application's files, which are built before.
    emptyOutDir: false,
    copyPublicDir: false,
    rolldownOptions: {
      input: { diagram: "diagram.html" },
      output: {
        entryFileNames: "assets/diagram/[name]-[hash].js",
        chunkFileNames: "assets/diagram/[name]-[hash].js",
      },
    },
  },
};

export default defineConfig(({ command }) => ({
  plugins: [react(), tailwindcss(), addresses(), languages(), firstPaintScript(), serviceWorkerFiles()],
  // Relative, so that a static site can serve the build from any folder.
  base: "./",
  cacheDir: env.VITE_CACHE_DIR ?? "node_modules/.vite",
  resolve: { alias: { "@": fileURLToPath(new URL("src", import.meta.url)) } },
  html: command === "serve" ? { cspNonce: DEVELOPMENT_NONCE } : {},
  server: { host: "127.0.0.1", port: Number(env.SPA_PORT ?? 5173), strictPort: true, proxy, cors },
  preview: { host: "127.0.0.1", port: Number(env.SPA_PORT ?? 5173), strictPort: true, proxy, cors },
  environments: command === "build" ? { client: applicationEnvironment, diagram: diagramEnvironment } : {},
  // Builds every environment, not only the first.
  builder: {},
  build: {
    target: "es2023",
    // Inlined fonts would need `font-src data:`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
}));
