import { once } from "node:events";
import { createServer } from "node:net";

/** Below the ports of the backend's tests and the kernel's range for outgoing connections. */
const FIRST_PORT = 10_000;
const END_OF_PORTS = 18_000;

const given = new Set<number>();

/** A port on which nothing listens, and which this process has not been given before. */
export async function freePort(): Promise<number> {
  for (;;) {
    // At random, because each worker chooses by itself.
    const port = FIRST_PORT + Math.floor(Math.random() * (END_OF_PORTS - FIRST_PORT));
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

/** On every address of this machine. */
async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port);
  try {
    await once(server, "listening");
  } catch {
    return false;
  }
  await new Promise((resolve) => server.close(resolve));
  return true;
}
