import { shortOf, type Row } from './history';

/** A text's hash: 53 bits, quick, of no use against anybody with intent. */
export function hashOf(text: string): string {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    high = Math.imul(high ^ code, 2_654_435_761);
    low = Math.imul(low ^ code, 1_597_334_677);
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  return ((2_097_151 & low) * 2 ** 32 + (high >>> 0)).toString(36);
}

type Seen = {
  id: string;
  seq: number;
  rev: number;
  text: string;
  deletedAt: unknown;
  reactions: readonly { emoji: string; userIds: readonly string[] }[];
};

/** A message in the short form that histories hold. */
export const rowOf = ({ id, seq, rev, text, deletedAt, reactions }: Seen): Row => [
  shortOf(id),
  seq,
  rev,
  deletedAt === null ? hashOf(text) : text === '' ? '' : `!${hashOf(text)}`,
  reactions.length === 0
    ? ''
    : hashOf(reactions.map((one) => `${one.emoji} ${one.userIds.join()}`).join(' ')),
];

/**
 * A text of the workload: the operation, a mark of the room that no outsider may ever get a byte of, and
 * something to read.
 */
export const textOf = (op: string, room: string, filler: string): string => `${op} ~${room}~ ${filler}`;
/** The operation that a text names. */
export const opOf = (text: string): string | null => /^\S+/.exec(text)?.[0] ?? null;
/** The rooms whose marks these bytes hold. */
export const roomsIn = (bytes: string): Set<string> =>
  new Set([...bytes.matchAll(/~([0-9a-f]{12})~/g)].map((match) => match[1] ?? ''));
