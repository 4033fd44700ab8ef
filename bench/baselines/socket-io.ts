/** The usual chat server: Express, Socket.IO rooms, an insert and an update, then a broadcast. */
import { createServer } from 'node:http';
import express from 'express';
import { Server } from 'socket.io';
import { answer } from '../core/child';
import { openStore, store } from './schema';

const { pool, threadId } = await openStore();
const app = express();
app.get('/health', (_, response) => void response.json({ ok: true }));
const http = createServer(app);
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false });

io.on('connection', (socket) => {
  socket.on('join', async (room: string, done: () => void) => {
    await socket.join(room);
    done();
  });
  socket.on('send', async (input: { threadId: string; text: string }, done: (id: string) => void) => {
    const message = await store(pool, input.threadId, input.text);
    io.to(input.threadId).emit('message', message);
    done(message.id);
  });
});

http.listen(0, '127.0.0.1', () => {
  const address = http.address();
  const port = typeof address === 'object' ? address?.port : 0;
  answer({ gc: () => globalThis.gc?.() }, { url: `ws://127.0.0.1:${port}`, target: threadId });
});
