'use strict';

// Makes `serverless offline start` run what the cloud runs:
//
// - A function with streamed routes (`response.transferMode: STREAM`) is a web server behind an adapter.
//   Its own start command is run here, and its routes on the gateway pass through to it unbuffered.
//   The reloader restarts it when its code changes or it dies.
// - Every other handler runs behind lambda_guard.py, so that a failure is an answer and not a hang, and the next call
//   runs changed code.
// - Before `gateway ready` is printed every function with routes is called once, and every other handler is
//   imported: a function that cannot run ends the start with its traceback, and no first call is slow.

const childProcess = require('node:child_process');
const { randomUUID } = require('node:crypto');
const { once } = require('node:events');
const http = require('node:http');
const { syncBuiltinESMExports } = require('node:module');
const net = require('node:net');
const { setTimeout: sleep } = require('node:timers/promises');

const START_TIMEOUT_MS = 60_000;
/** A streamed request waits this long for a server that restarts, as it would for a cold start. */
const RESTART_TIMEOUT_MS = 10_000;

const FAILURE = {
  statusCode: 500,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({
    error: { code: 'internal_error', message: 'Something went wrong.', request_id: null },
  }),
};

class OfflinePlugin {
  constructor(serverless, _options, { log }) {
    this.serverless = serverless;
    this.log = log;
    this.streaming = [];
    this.buffered = [];
    this.hooks = {
      'before:offline:start:init': () => this.orExit(this.prepare()),
      'after:offline:start:init': () => this.orExit(this.complete()),
    };
  }

  /** A hook that throws would leave the CLI running, with the servers that are up by then. */
  async orExit(step) {
    try {
      await step;
    } catch (error) {
      this.log.error(error.message);
      process.exit(1);
    }
  }

  async prepare() {
    // serverless-offline does not catch what an asynchronously invoked function throws.
    process.on('unhandledRejection', (error) => this.log.error(`unhandled: ${error?.stack ?? error}`));
    this.replaceDeadRunners();
    const { service } = this.serverless;
    const withoutRoutes = [];
    for (const key of service.getAllFunctions()) {
      const definition = service.getFunction(key);
      const routes = definition.events.map((event) => event.http).filter(Boolean);
      if (routes.some((route) => route.response?.transferMode?.toUpperCase() === 'STREAM')) {
        // serverless-offline would serve these routes itself, and buffer them.
        definition.events = [];
        this.streaming.push({ key, definition, routes });
      } else {
        const handler = guard(definition);
        if (routes.length > 0) this.buffered.push(key);
        else withoutRoutes.push(handler);
      }
    }
    await Promise.all([
      this.importAll(withoutRoutes),
      ...this.streaming.map((streaming) => this.startServer(streaming)),
    ]);
  }

  async complete() {
    const { httpPort } = this.serverless.service.custom['serverless-offline'];
    await Promise.all(this.buffered.map((key) => expectOk(httpPort, `/${key}/health`)));
    const gateway = this.serverless.pluginManager.plugins
      .find((plugin) => plugin.constructor.name === 'ServerlessOffline')
      .internals()
      .getApiGatewayServer();
    for (const { port, routes } of this.streaming) {
      gateway.route(routes.map((route) => passThrough(route.path, port)));
    }
    gateway.ext('onPreResponse', failAsInTheCloud);
    this.log.notice('gateway ready');
  }

  /**
   * serverless-offline waits forever for a result of a Python process that has died, and gives it the next event, too.
   * Here the event fails, and the processes are replaced: a later event starts another one.
   */
  replaceDeadRunners() {
    const { spawn } = childProcess;
    childProcess.spawn = (...call) => {
      const child = spawn(...call);
      if (child.spawnargs.some((argument) => argument.includes('python-runner/invoke.py'))) {
        // An event that is written to a process as it dies.
        child.stdin.on('error', () => {});
        child.once('exit', (code, signal) => {
          // Ended by serverless-offline.
          if (child.killed) return;
          this.log.error(`the process of a function ended (${signal ?? `code ${code}`}); the next call starts another`);
          child.stdout.readline.emit('line', JSON.stringify({ __offline_payload__: FAILURE }));
          this.orExit(this.serverless.pluginManager.spawn('offline:functionsUpdated'));
        });
      }
      return child;
    };
    // For modules that import `spawn` by its name.
    syncBuiltinESMExports();
  }

  async importAll(handlers) {
    if (handlers.length === 0) return;
    const modules = handlers.map((handler) => handler.slice(0, handler.lastIndexOf('.')));
    const check = 'import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)';
    const child = childProcess.spawn('python3', ['-c', check, ...modules], {
      env: { ...process.env, ...this.serverless.service.provider.environment },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error('a function cannot be imported; the traceback is above');
  }

  async startServer(streaming) {
    const { key, definition } = streaming;
    const environment = {
      ...process.env,
      ...this.serverless.service.provider.environment,
      ...definition.environment,
      HOST: '127.0.0.1',
      PORT: String(await freePort()),
      IS_OFFLINE: 'true',
    };
    streaming.port = Number(environment.PORT);
    const child = childProcess.spawn('python3', ['-m', 'infra.local.reloader', 'sh', definition.handler], {
      env: environment,
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    child.on('exit', (code, signal) => {
      this.log.error(`the server of ${key} ended (${signal ?? `code ${code}`})`);
      process.exit(1);
    });
    for (const signal of ['SIGINT', 'SIGTERM']) {
      process.once(signal, () => child.removeAllListeners('exit').kill());
    }
    const path = definition.environment.AWS_LWA_READINESS_CHECK_PATH;
    const deadline = Date.now() + START_TIMEOUT_MS;
    while ((await get(streaming.port, path).catch(() => null)) !== 200) {
      if (Date.now() > deadline) throw new Error(`the server of ${key} does not answer ${path}`);
      await sleep(50);
    }
    // From now on the reloader restarts the server when it dies.
    child.stdin.write('ready\n');
  }
}

/** Puts the guard in front of a function; returns its own handler as `package.module.function`. */
function guard(definition) {
  const handler = definition.handler.replaceAll('/', '.');
  definition.environment = { ...definition.environment, GUARDED_HANDLER: handler };
  definition.handler = 'infra/local/lambda_guard.handler';
  return handler;
}

/** The hapi route that hands a request to the server on `port` and its answer back as it comes. */
function passThrough(path, port) {
  return {
    method: '*',
    // API Gateway's {proxy+} takes the rest of the path, as hapi's {proxy*} does.
    path: `/${path}`.replace('//', '/').replace('+}', '*}'),
    options: {
      payload: { parse: false, output: 'stream', maxBytes: 10 * 1024 * 1024, timeout: false },
      timeout: { server: false, socket: false },
    },
    handler: async (request, h) => {
      if (!(await accepts(port, RESTART_TIMEOUT_MS))) return answer(h, 500, 'internal_error', 'Something went wrong.');
      // hapi would compress the answer, and hold it back to do so.
      request.info.acceptEncoding = 'identity';
      return h.proxy({ host: '127.0.0.1', port, passThrough: true, xforward: true, timeout: 0 });
    },
  };
}

/** What the gateway answers by itself has the form of infra/aws/gateway.yml. */
function failAsInTheCloud({ response }, h) {
  if (!response.isBoom) return h.continue;
  const { statusCode } = response.output;
  if (statusCode === 413) return answer(h, statusCode, 'payload_too_large', 'The body is too large.');
  if (statusCode >= 500) return answer(h, statusCode, 'internal_error', 'Something went wrong.');
  return h.continue;
}

function answer(h, status, code, message) {
  const requestId = randomUUID();
  return h
    .response({ error: { code, message, request_id: requestId } })
    .code(status)
    .header('X-Request-Id', requestId);
}

/** Whether something accepts connections on the port, now or within the time. */
async function accepts(port, timeoutMs) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const socket = net.connect(port, '127.0.0.1');
    const connected = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (connected || Date.now() > deadline) return connected;
    await sleep(50);
  }
}

async function expectOk(port, path) {
  const status = await get(port, path);
  if (status !== 200) throw new Error(`GET ${path} answers ${status}; see the output above`);
}

function get(port, path) {
  return new Promise((resolve, reject) => {
    http
      .get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
      .on('error', reject);
  });
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

module.exports = OfflinePlugin;
