/**
 * A small balancer for several Foyers on one machine: round robin over those that say they are ready,
 * for calls and for sockets. Node built-ins only. A call goes to another instance only while nothing of
 * it has been sent, or when it changes nothing.
 */
import http from 'node:http';
import net from 'node:net';

const checkMs = 500;
const checkTimeoutMs = 2_000;
const connectMs = 2_000;
/** Connections of one client are kept; those to instances are made for each call, so none is closed under it. */
const hopByHop = new Set(['connection', 'keep-alive', 'proxy-connection']);

/**
 * @param {{ port: number, host?: string, targets: number[] }} options targets: ports on this machine
 * @returns {Promise<{ port: number, ready: () => number[], close: () => Promise<void> }>}
 */
export async function startBalancer({ port, host = '127.0.0.1', targets }) {
  const states = targets.map((target) => ({ port: target, isReady: false }));
  let turn = 0;
  /** All targets, the ready ones first, each time from another one on. */
  const candidates = () => {
    turn += 1;
    const from = turn % states.length;
    const all = [...states.slice(from), ...states.slice(0, from)];
    return [...all.filter((state) => state.isReady), ...all.filter((state) => !state.isReady)];
  };
  const check = () => Promise.all(states.map(async (state) => (state.isReady = await isReady(state.port))));
  const connectAny = async () => {
    for (const state of candidates()) {
      const socket = await connect(state.port);
      if (socket) return socket;
      state.isReady = false;
    }
    return null;
  };

  const server = http.createServer(async (req, res) => {
    const isSafe = req.method === 'GET' || req.method === 'HEAD';
    for (let attempt = 0; ; attempt += 1) {
      const socket = await connectAny();
      if (!socket) return refuse(res);
      if (await forward(req, res, socket)) return;
      // Nothing has been answered yet. What changes something may have been done all the same.
      if (!isSafe || attempt >= 2) return refuse(res);
    }
  });
  server.on('upgrade', async (req, client, head) => {
    client.on('error', () => client.destroy());
    const socket = await connectAny();
    if (!socket) return void client.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
    socket.on('error', () => client.destroy());
    socket.write(`${requestHead(req, { ...forwarded(req), connection: 'Upgrade' })}\r\n`);
    socket.write(head);
    socket.pipe(client);
    client.pipe(socket);
    client.on('close', () => socket.destroy());
    socket.on('close', () => client.destroy());
  });
  server.on('clientError', (_, socket) => socket.destroy());

  await check();
  const timer = setInterval(check, checkMs);
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  return {
    port: server.address().port,
    ready: () => states.filter((state) => state.isReady).map((state) => state.port),
    close: async () => {
      clearInterval(timer);
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** @returns {Promise<boolean>} whether an answer has begun, whatever became of it */
function forward(req, res, socket) {
  return new Promise((resolve) => {
    const upstream = http.request({
      createConnection: () => socket,
      method: req.method,
      path: req.url,
      headers: { ...forwarded(req), connection: 'close' },
      setHost: false,
    });
    upstream.on('response', (answer) => {
      const headers = Object.entries(answer.headers).filter(([name]) => !hopByHop.has(name));
      res.writeHead(answer.statusCode, Object.fromEntries(headers));
      res.flushHeaders();
      answer.pipe(res);
      answer.on('error', () => res.destroy());
      answer.on('aborted', () => res.destroy());
      resolve(true);
    });
    upstream.on('error', () => {
      if (res.headersSent) res.destroy();
      resolve(res.headersSent);
    });
    res.on('close', () => {
      upstream.destroy();
      resolve(true);
    });
    req.pipe(upstream);
  });
}

/** The request's headers, with where it came from added for those who believe us. */
function forwarded(req) {
  const headers = Object.fromEntries(Object.entries(req.headers).filter(([name]) => !hopByHop.has(name)));
  const before = req.headers['x-forwarded-for'];
  const address = req.socket.remoteAddress ?? '';
  return { ...headers, 'x-forwarded-for': before ? `${before}, ${address}` : address };
}

function requestHead(req, headers) {
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((one) => `${name}: ${one}\r\n`),
  );
  return `${req.method} ${req.url} HTTP/1.1\r\n${lines.join('')}`;
}

function refuse(res) {
  if (res.headersSent) return res.destroy();
  const data = { code: 'SERVICE_UNAVAILABLE', reason: 'unavailable', httpStatus: 503, retryAfterMs: 1_000 };
  const message = 'No server can be reached. Nothing was lost: try again in a moment.';
  res.writeHead(503, { 'content-type': 'application/json', 'retry-after': '1', connection: 'close' });
  res.end(JSON.stringify({ error: { message, code: -32603, data } }));
}

/** @returns a connected socket; null when there is none to be had */
function connect(port) {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    const fail = () => {
      socket.destroy();
      resolve(null);
    };
    const timer = setTimeout(fail, connectMs);
    socket.once('error', fail);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      resolve(socket);
    });
  });
}

function isReady(port) {
  return new Promise((resolve) => {
    const req = http.get(
      { port, host: '127.0.0.1', path: '/api/ready', timeout: checkTimeoutMs, agent: false },
      (res) => {
        res.resume();
        resolve(res.statusCode === 200);
      },
    );
    req.on('timeout', () => req.destroy());
    req.on('error', () => resolve(false));
  });
}
