import { v7 as newId } from 'uuid';

/** What a client has to say to each kind of server, and how it knows an answer. Nothing but strings. */
export type Dialect = {
  path: string;
  /** Frames that open a connection; the connection is open once `isOpen` says so of a frame. */
  hello(client: Client): string[];
  isOpen(frame: string): boolean;
  subscribe(client: Client): string;
  isSubscribed(frame: string): boolean;
  send(client: Client, call: number, text: string): string;
  /** The number of the call that a frame answers; null for any other frame. */
  answered(frame: string): number | null;
  /** The answer to a frame that asks for a sign of life; null for any other. */
  pong(frame: string): string | null;
};

export type Client = { secret: string | null; target: string; lastEventId: string | null };
export type DialectName = 'foyer' | 'raw' | 'floor' | 'socketio' | 'trpc';

const answerOf = (frame: string): number | null => {
  const found = /^\{"id":(\d+),"(?:result":\{"type":"data"|error)/.exec(frame);
  return found ? Number(found[1]) : null;
};
const subscriptionId = 1;
const trpc = {
  path: '/api/trpc',
  isSubscribed: (frame: string) => frame.startsWith(`{"id":${subscriptionId},"result":{"type":"started"`),
  answered(frame: string) {
    const id = answerOf(frame);
    if (id === subscriptionId) return null;
    if (id !== null && frame.includes('"error"')) throw new Error(`The server refused a call: ${frame}`);
    return id;
  },
  pong: (frame: string) => (frame === 'PING' ? 'PONG' : null),
};

const raw: Dialect = {
  path: '/',
  hello: () => [],
  isOpen: () => true,
  subscribe: ({ target }) => `subscribe ${target}`,
  isSubscribed: (frame) => frame === 'subscribed',
  send: ({ target }, call, text) => `${call} ${target} ${text}`,
  answered(frame) {
    const found = /^ok (\d+)$/.exec(frame);
    return found ? Number(found[1]) : null;
  },
  pong: () => null,
};

export const dialects: Record<DialectName, Dialect> = {
  foyer: {
    ...trpc,
    path: '/api/trpc?connectionParams=1',
    hello: ({ secret }) => [
      JSON.stringify({
        method: 'connectionParams',
        data: secret ? { visitor: secret, name: 'Bench' } : {},
      }),
    ],
    // It does not say so: the first answer comes after the identity is known.
    isOpen: () => true,
    subscribe: ({ target, lastEventId }) =>
      JSON.stringify({
        id: subscriptionId,
        method: 'subscription',
        params: {
          path: 'thread.onEvent',
          input: { threadId: target },
          lastEventId: lastEventId ?? undefined,
        },
      }),
    send: ({ target }, call, text) =>
      JSON.stringify({
        id: call,
        method: 'mutation',
        params: { path: 'message.send', input: { id: newId(), threadId: target, text } },
      }),
  },
  trpc: {
    ...trpc,
    hello: () => [],
    isOpen: () => true,
    subscribe: ({ target }) =>
      JSON.stringify({
        id: subscriptionId,
        method: 'subscription',
        params: { path: 'onAdd', input: { threadId: target } },
      }),
    send: ({ target }, call, text) =>
      JSON.stringify({
        id: call,
        method: 'mutation',
        params: { path: 'add', input: { threadId: target, text } },
      }),
  },
  socketio: {
    path: '/socket.io/?EIO=4&transport=websocket',
    hello: () => ['40'],
    isOpen: (frame) => frame.startsWith('40'),
    subscribe: ({ target }) => `420["join",${JSON.stringify(target)}]`,
    isSubscribed: (frame) => frame.startsWith('430'),
    send: ({ target }, call, text) => `42${call}["send",${JSON.stringify({ threadId: target, text })}]`,
    answered(frame) {
      const found = /^43(\d+)/.exec(frame);
      return found && found[1] !== '0' ? Number(found[1]) : null;
    },
    pong: (frame) => (frame === '2' ? '3' : null),
  },
  raw,
  floor: raw,
};

/** The cursor that a frame of the product carries; null for any other. */
export const eventIdIn = (frame: string): string | null =>
  /"type":"data","id":"([^"]+)"/.exec(frame)?.[1] ?? null;

/** Texts carry the moment at which they were sent, so that any reader can tell how long they took. */
const filler = 'The quick brown fox jumps over the lazy dog, and nobody at the table is surprised by it. ';

export const stampedText = (us: number, chars: number): string =>
  `@${us}@ `.padEnd(chars, filler).slice(0, chars);

/** The moments in a frame, microseconds; whatever else stands in it costs as little as can be. */
export function* stampsIn(frame: string): Generator<number> {
  for (let at = frame.indexOf('"@'); at >= 0; at = frame.indexOf('"@', at)) {
    const end = frame.indexOf('@', at + 2);
    if (end < 0) return;
    const us = Number(frame.slice(at + 2, end));
    if (us > 0) yield us;
    at = end;
  }
}
