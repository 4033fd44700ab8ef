/** The address to listen on: is it valid, is it free. */
import net from 'node:net';
import { UserError } from './user-error.mjs';

const loopback = new Set(['127.0.0.1', 'localhost', '::1']);

/**
 * The address that the settings name.
 * @returns {{ host: string, port: number, url: string }} url: what to open in a browser on this machine
 * @throws {UserError} when PORT is no port
 */
export function addressFromSettings() {
  const text = process.env.PORT || '3000';
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new UserError(
      `The setting PORT (it is "${text}") is wrong: it must be a whole number from 1 to 65535.`,
    );
  const host = process.env.HOST || '127.0.0.1';
  return { host, port, url: `http://${loopback.has(host) ? 'localhost' : host}:${port}` };
}

/**
 * @param {{ host: string, port: number }} address
 * @returns {Promise<string | null>} the sentence when it cannot be listened on
 */
export async function portProblem({ host, port }) {
  const code = await tryToListen(host, port);
  // A browser that opens "localhost" may try ::1 first and would land at the other program.
  const isTaken =
    code === 'EADDRINUSE' ||
    (!code &&
      loopback.has(host) &&
      ((await doesAnswer('127.0.0.1', port)) || (await doesAnswer('::1', port))));
  if (isTaken)
    return `Port ${port} is taken by another program. Stop it, or choose another with PORT=${await nextFree(host, port)}.`;
  if (code === 'EACCES')
    return `This user may not listen on port ${port}. Choose one above 1023, such as PORT=3000.`;
  if (code) return `The setting HOST (it is "${host}") is wrong: it is no address of this machine.`;
  return null;
}

/** @returns {Promise<number>} a TCP port that was free on the loopback address a moment ago */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** @returns {Promise<boolean>} whether something accepts connections there */
export function doesAnswer(host, port) {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port, timeout: 1_000 });
    const end = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket
      .on('connect', () => end(true))
      .on('timeout', () => end(false))
      .on('error', () => end(false));
  });
}

async function nextFree(host, port) {
  for (let next = port + 1; next < Math.min(port + 50, 65_536); next += 1)
    if (!(await tryToListen(host, next))) return next;
  return freePort();
}

/** @returns {Promise<string | null>} the error's code */
function tryToListen(host, port) {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.on('error', (cause) => resolve(cause.code ?? 'UNKNOWN'));
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(null)));
  });
}
