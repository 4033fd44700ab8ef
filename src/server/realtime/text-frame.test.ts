import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { textFrame } from '@/server/realtime/text-frame';

let server: WebSocketServer;
beforeAll(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await once(server, 'listening');
});
afterAll(() => server.close());

describe('a text frame', () => {
  it('is what a client reads, at every length of its head, between frames of the library', async () => {
    const texts = [0, 1, 125, 126, 127, 65_535, 65_536, 200_000].map((bytes) => 'x'.repeat(bytes));
    texts.push('Grüße 👋', 'ж'.repeat(63), 'ж'.repeat(40_000));
    server.once('connection', (socket, { socket: stream }) => {
      for (const text of texts) {
        stream.write(textFrame(text));
        socket.send(`after ${text.length}`);
      }
      socket.close();
    });
    const { port } = server.address() as { port: number };
    const client = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
    const heard: string[] = [];
    client.on('message', (data: Buffer, isBinary) => heard.push(isBinary ? 'binary' : data.toString()));
    await once(client, 'close');
    expect(heard).toEqual(texts.flatMap((text) => [text, `after ${text.length}`]));
  });
});
