/**
 * The limit: `ws` sends one prepared buffer to every reader of a thread, and nothing is checked. Nothing is
 * stored either, but with BENCH_STORES, where each text is on disk before anybody hears of it.
 */
import { randomUUID } from 'node:crypto';
import { WebSocketServer, type WebSocket } from 'ws';
import { answer } from '../core/child';
import { messageJson } from './message';
import { openThreads } from './schema';

const stored = process.env['BENCH_STORES'] ? await openThreads(200) : null;
const targets = stored?.ids ?? ['any'];
const readers = new Map<string, Set<WebSocket>>(targets.map((target) => [target, new Set()]));
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
let seq = 0;

async function deliver(socket: WebSocket, call: string, target: string, text: string): Promise<void> {
  await stored?.post(target, text);
  const prepared = Buffer.from(messageJson(++seq, text));
  for (const reader of readers.get(target) ?? []) reader.send(prepared, { binary: false });
  socket.send(`ok ${call}`);
}

server.on('connection', (socket) => {
  let mine: Set<WebSocket> | undefined;
  socket.on('error', () => socket.terminate());
  socket.on('close', () => mine?.delete(socket));
  socket.on('message', (data: Buffer) => {
    const [word = '', target = '', ...words] = data.toString().split(' ');
    if (word === 'subscribe') {
      mine = readers.get(target);
      mine?.add(socket);
      socket.send('subscribed');
    } else void deliver(socket, word, target, words.join(' '));
  });
});
server.on('listening', () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const url = `ws://127.0.0.1:${port}`;
  answer({ gc: () => globalThis.gc?.() }, { url, target: targets[0] ?? randomUUID(), targets });
});
