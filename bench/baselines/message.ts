import { randomUUID } from 'node:crypto';

const author = randomUUID();

/** An event of the size that such servers send: about 300 bytes around a text of 120 characters. */
export const messageJson = (seq: number, text: string): string =>
  JSON.stringify({ type: 'message', message: messageOf(seq, text) });

export const messageOf = (seq: number, text: string) => ({
  id: randomUUID(),
  seq,
  text,
  author: { id: author, name: 'Quiet Otter' },
  createdAt: new Date().toISOString(),
});
