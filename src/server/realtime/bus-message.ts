import { createHmac, timingSafeEqual } from 'node:crypto';
import { sharedKey } from '@/server/base/epoch';
import type { BusEvent, Topic } from '@/server/realtime/bus';
import { parseBusEvent } from '@/server/realtime/bus-schema';
import { busEventMaxBytes, busFrameMaxBytes } from '@/shared/limits';

/** Length of a signature in its text form: 16 bytes. */
const macLength = 22;

type Opened = { origin: string; event: BusEvent };

/**
 * An event as it travels: signed with a key that only the processes on this database have, so whoever
 * reaches the bus cannot speak on it, and neither can a process on another database, or on this one
 * before it was restored. What is too large goes in pieces, a large batch as a pointer to it.
 */
export function seal(topic: Topic, origin: string, event: BusEvent): string[] {
  const body = JSON.stringify([origin, event]);
  const smaller = Buffer.byteLength(body) > busEventMaxBytes ? inPieces(event) : null;
  if (smaller) return smaller.flatMap((piece) => seal(topic, origin, piece));
  return [sign(topic, body) + body];
}

/** @returns null for what none of us can have said, and for kinds of events that this process does not know */
export function unseal(topic: Topic, text: string): Opened | null {
  if (text.length > busFrameMaxBytes) return null;
  const [mac, body] = [text.slice(0, macLength), text.slice(macLength)];
  const expected = Buffer.from(sign(topic, body));
  const given = Buffer.from(mac);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const [origin, value] = JSON.parse(body) as [unknown, unknown];
  const event = parseBusEvent(topic, value);
  return event && typeof origin === 'string' ? { origin, event } : null;
}

const sign = (topic: Topic, body: string): string =>
  createHmac('sha256', sharedKey())
    .update(topic)
    .update('\n')
    .update(body)
    .digest()
    .subarray(0, 16)
    .toString('base64url');

/** The same news in smaller pieces; null when there are none. */
function inPieces(event: BusEvent): BusEvent[] | null {
  if (event.type === 'changes') return [{ type: 'changed', rev: event.batch.to, aclRev: event.aclRev }];
  if (event.type !== 'read' || event.states.length < 2) return null;
  const half = Math.ceil(event.states.length / 2);
  return [event.states.slice(0, half), event.states.slice(half)].map((states) => ({ type: 'read', states }));
}
