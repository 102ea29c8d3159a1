// Model configs by the server they are on, which has one API key.
import type { ModelConfig } from "@/api/types";

export interface Server {
  /** Scheme, host and port: a stored key stays with them. */
  readonly origin: string;
  /** In the order they were made; never none. */
  readonly configs: readonly [ModelConfig, ...ModelConfig[]];
}

/** Scheme, host and port of a base URL; what is not one stands for itself. */
export function originOf(baseUrl: string): string {
  return URL.canParse(baseUrl) ? new URL(baseUrl).origin : baseUrl;
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
