/** The limit: `ws` sends one prepared buffer to every reader; nothing is stored, nothing is checked. */
import { WebSocketServer, type WebSocket } from 'ws';
import { answer } from '../core/child';
import { messageJson } from './message';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
const readers = new Set<WebSocket>();
let seq = 0;

server.on('connection', (socket) => {
  socket.on('error', () => socket.terminate());
  socket.on('close', () => readers.delete(socket));
  socket.on('message', (data: Buffer) => {
    const frame = data.toString();
    if (frame === 'subscribe') {
      readers.add(socket);
      socket.send('subscribed');
      return;
    }
    const space = frame.indexOf(' ');
    const prepared = Buffer.from(messageJson(++seq, frame.slice(space + 1)));
    for (const reader of readers) reader.send(prepared, { binary: false });
    socket.send(`ok ${frame.slice(0, space)}`);
  });
});
server.on('listening', () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  answer({ gc: () => globalThis.gc?.() }, { url: `ws://127.0.0.1:${port}`, target: 'any' });
});
