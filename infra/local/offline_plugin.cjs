'use strict';

// Plugin of `serverless offline start`, to run functions as in the cloud:
//
// - A function with streamed routes (`response.transferMode: STREAM`) is a web server behind an adapter.
//   Its start command is run here, and the gateway forwards its routes to it unbuffered.
//   The reloader restarts it on code changes and crashes.
// - Every other handler runs in lambda_guard.py, so that a failure is answered instead of hanging, and the next call
//   runs changed code.
// - Before `gateway ready` is printed, every function with routes is called once, and every other handler is
//   imported: a broken function ends the start with its traceback, and no first call has a cold start.

const childProcess = require('node:child_process');
const { randomUUID } = require('node:crypto');
const { once } = require('node:events');
const http = require('node:http');
const { syncBuiltinESMExports } = require('node:module');
const net = require('node:net');
const { setTimeout: sleep } = require('node:timers/promises');

const START_TIMEOUT_MS = 90_000;
/** A streamed request waits this long for a restarting server, as for a cold start. In ms. */
const RESTART_TIMEOUT_MS = 15_000;

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

  /** Exits on an error: a throwing hook would leave the CLI running, with the servers started so far. */
  async orExit(step) {
    try {
      await step;
    } catch (error) {
      this.log.error(error.message);
      process.exit(1);
    }
  }

  async prepare() {
    // serverless-offline does not catch errors of asynchronously invoked functions.
    process.on('unhandledRejection', (error) => this.log.error(`unhandled: ${error?.stack ?? error}`));
    this.replaceDeadRunners();
    const { service } = this.serverless;
    const withoutRoutes = [];
    for (const key of service.getAllFunctions()) {
      const definition = service.getFunction(key);
      const routes = definition.events.map((event) => event.http).filter(Boolean);
      if (routes.some((route) => route.response?.transferMode?.toUpperCase() === 'STREAM')) {
        // serverless-offline would serve these routes itself, with buffering.
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
   * serverless-offline waits forever for the result of a dead Python process, and sends it the next event, too.
   * With this, the event fails, and the next event starts a new process.
   */
  replaceDeadRunners() {
    const { spawn } = childProcess;
    childProcess.spawn = (...call) => {
      const child = spawn(...call);
      if (child.spawnargs.some((argument) => argument.includes('python-runner/invoke.py'))) {
        // Ignores the error of a write to a dying process.
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
    // For modules that import `spawn` by name.
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
    // From now on the reloader restarts a crashed server.
    child.stdin.write('ready\n');
  }
}

/** Wraps a function's handler in lambda_guard.py; returns the handler as `package.module.function`. */
function guard(definition) {
  const handler = definition.handler.replaceAll('/', '.');
  definition.environment = { ...definition.environment, GUARDED_HANDLER: handler };
  definition.handler = 'infra/local/lambda_guard.handler';
  return handler;
}

/** The hapi route that forwards requests to the server on `port` and streams its responses back. */
function passThrough(path, port) {
  return {
    method: '*',
    // API Gateway's {proxy+} matches the rest of the path, like hapi's {proxy*}.
    path: `/${path}`.replace('//', '/').replace('+}', '*}'),
    options: {
      payload: { parse: false, output: 'stream', maxBytes: 10 * 1024 * 1024, timeout: false },
      timeout: { server: false, socket: false },
    },
    handler: async (request, h) => {
      // hapi would compress the response, and buffer it for that.
      request.info.acceptEncoding = 'identity';
      const deadline = Date.now() + RESTART_TIMEOUT_MS;
      while (await accepts(port, deadline)) {
        try {
          return await h.proxy({ host: '127.0.0.1', port, passThrough: true, xforward: true, timeout: 0 });
        } catch (error) {
          if (!canRepeat(request, error)) throw error;
        }
      }
      return answer(h, 500, 'internal_error', 'Something went wrong.');
    },
  };
}

/**
 * Whether to repeat a request that got no response: one without a body or effects, whose server restarted after it
 * accepted connections. Other requests fail, as in the cloud when an instance ends.
 */
function canRepeat(request, error) {
  return request.method === 'get' && ['ECONNREFUSED', 'ECONNRESET'].includes(error.data?.code ?? error.code);
}

/** Gives the gateway's own error responses the format of infra/aws/gateway.yml. */
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

/** Whether a server accepts connections on the port before the deadline, in ms as of `Date.now()`. */
async function accepts(port, deadline) {
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
