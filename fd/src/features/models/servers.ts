// Groups of model configs by server; a server has one API key.
import type { ModelConfig } from "@/api/types";

export interface Server {
  /** Scheme, host and port, to which a stored key is bound. */
  readonly origin: string;
  /** In order of creation; never empty. */
  readonly configs: readonly [ModelConfig, ...ModelConfig[]];
}

/** Scheme, host and port of a base URL; an invalid URL is returned unchanged. */
export function originOf(baseUrl: string): string {
  return URL.canParse(baseUrl) ? new URL(baseUrl).origin : baseUrl;
}

/** Host and port of a URL; an invalid URL is returned unchanged. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

/** Servers in the order of their first config. */
export function groupByServer(configs: readonly ModelConfig[]): readonly Server[] {
  const servers = new Map<string, [ModelConfig, ...ModelConfig[]]>();
  for (const config of configs) {
    const origin = originOf(config.base_url);
    const others = servers.get(origin);
    if (others) others.push(config);
    else servers.set(origin, [config]);
  }
  return [...servers].map(([origin, ofServer]) => ({ origin, configs: ofServer }));
}
