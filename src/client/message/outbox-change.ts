import {
  dependsOn,
  isPending,
  isUnsent,
  lineOf,
  messageIdOf,
  type EditItem,
  type Items,
  type OutboxItem,
  type SendItem,
} from '@/client/message/outbox-item';
import type { Change } from '@/client/message/outbox-store';

/** A change of the outbox: pure, so that it can be shown at once and done again on what is really kept. */
export type Op = (items: Items) => Partial<Change>;

/** Items after some changes, and what of them has to be written: each item once. */
export type Applied = Change & { items: Items };

export function applyOps(items: Items, ops: readonly Op[]): Applied {
  const next = new Map(items);
  const touched = new Set<string>();
  for (const op of ops) {
    const { put = [], drop = [] } = op(next);
    for (const item of put) {
      next.set(item.itemId, { ...item, version: (next.get(item.itemId)?.version ?? 0) + 1 });
      touched.add(item.itemId);
    }
    for (const itemId of drop) {
      next.delete(itemId);
      touched.add(itemId);
    }
  }
  const put = [...touched].flatMap((itemId) => next.get(itemId) ?? []);
  return { items: next, put, drop: [...touched].filter((itemId) => !next.has(itemId)) };
}

const nothing: Partial<Change> = {};

/** To the end of its thread's line. */
export const append =
  (item: OutboxItem): Op =>
  (items) => {
    const last = lineOf(items, item.threadId).at(-1);
    return { put: [{ ...item, place: (last?.place ?? 0) + 1 }] };
  };

/** What is kept of the same message, in order. */
const about = (items: Items, item: OutboxItem): OutboxItem[] =>
  lineOf(items, item.threadId).filter((other) => messageIdOf(other) === messageIdOf(item));

const sendIn = (items: readonly OutboxItem[]): SendItem | undefined =>
  items.find((item): item is SendItem => item.kind === 'send');

/** An edit: of a send that nobody has seen yet, it is simply what is sent. */
export const addEdit =
  (item: EditItem, newId: string): Op =>
  (items) => {
    const others = about(items, item);
    const send = sendIn(others);
    if (send?.state === 'failed')
      return changeText(send.itemId, { text: item.text, now: item.queuedAt, newId })(items);
    if (send && isPending(send) && isUnsent(send)) return { put: [{ ...send, text: item.text }] };
    const last = others.findLast((other) => other.kind !== 'react');
    if (last?.kind === 'edit' && isPending(last) && isUnsent(last))
      return { put: [{ ...last, text: item.text }] };
    return append(item)(items);
  };

/** A deletion: of a send that nobody can have seen, it leaves nothing to do. */
export const addDelete =
  (item: OutboxItem): Op =>
  (items) => {
    const send = sendIn(about(items, item));
    return send && isUnsent(send) && send.state !== 'held'
      ? discard(send.itemId)(items)
      : append(item)(items);
  };

/** Takes a deletion back; one that was not sent yet never was. */
export const addRestore =
  (item: OutboxItem): Op =>
  (items) => {
    const last = about(items, item).findLast((other) => other.kind !== 'react');
    return last?.kind === 'delete' && isUnsent(last) ? { drop: [last.itemId] } : append(item)(items);
  };

/** A reaction; it and its opposite, both not sent yet, are nothing. */
export const addReact =
  (item: OutboxItem & { kind: 'react' }): Op =>
  (items) => {
    const last = about(items, item).findLast(
      (other) => other.kind === 'delete' || (other.kind === 'react' && other.emoji === item.emoji),
    );
    if (last?.kind !== 'react' || !isPending(last)) return append(item)(items);
    if (last.isOn === item.isOn) return nothing;
    return isUnsent(last) ? { drop: [last.itemId] } : append(item)(items);
  };

/**
 * Asks again what became of everything that waits for a moderator, as far as this browser knows.
 * @param now ISO
 */
export const askAgain =
  (now: string): Op =>
  (items) => ({
    put: [...items.values()]
      .filter((item) => item.state === 'held')
      .map((item) => ({ ...item, state: 'waiting', wantedAt: now })),
  });

/** Wipes everything. */
export const dropAll: Op = (items) => ({ drop: [...items.keys()] });

/** A person gives an item up, and with it what makes no sense without it. */
export const discard =
  (itemId: string): Op =>
  (items) => {
    const item = items.get(itemId);
    if (!item) return nothing;
    const dependents =
      item.kind === 'send' ? lineOf(items, item.threadId).filter((other) => dependsOn(other, item)) : [];
    return { drop: [item, ...dependents.filter((other) => other.kind !== 'send')].map((one) => one.itemId) };
  };

type Again = { now: string; newId: string };

/**
 * A person wants it sent after all, and what waited with it too. A send whose id is taken gets a new one.
 * @param again `now`: ISO
 */
export const retry =
  (itemId: string, { now, newId }: Again): Op =>
  (items) => {
    const item = items.get(itemId);
    if (!item) return nothing;
    if (item.kind !== 'send') return { put: [afresh(item, now)] };
    return resend(items, item, item.code === 'CONFLICT' ? newId : item.id, { text: item.text, now });
  };

/**
 * Changes the text of a send that failed, and sends it again from its old place. It keeps its id only if no
 * attempt can have reached the server: the same id with another text would be a conflict there.
 */
export const changeText =
  (itemId: string, { text, now, newId }: Again & { text: string }): Op =>
  (items) => {
    const item = items.get(itemId);
    if (item?.kind !== 'send' || item.state === 'sent') return nothing;
    const canKeepId = (isUnsent(item) && item.code !== 'CONFLICT') || item.text === text;
    const { put = [] } = resend(items, item, canKeepId ? item.id : newId, { text, now });
    // What was still to be changed in the old text is settled by the new one.
    const [stale, rest] = [
      put.filter((one) => one.kind === 'edit'),
      put.filter((one) => one.kind !== 'edit'),
    ];
    return { put: rest, drop: stale.map((edit) => edit.itemId) };
  };

const afresh = <T extends OutboxItem>(item: T, now: string): T => ({
  ...item,
  state: 'waiting',
  reason: null,
  code: null,
  wantedAt: now,
});

/** With a new id it is a new message: no attempt of it has been made, and what refers to it follows. */
function resend(
  items: Items,
  send: SendItem,
  id: string,
  { text, now }: { text: string; now: string },
): Partial<Change> {
  const again: SendItem = {
    ...afresh(send, now),
    id,
    text,
    unanswered: id === send.id ? send.unanswered : 0,
  };
  const dependents = lineOf(items, send.threadId)
    .filter((other) => dependsOn(other, send) && other.code === null)
    .map((other) => afresh(withTarget(other, id), now));
  return { put: [again, ...dependents] };
}

function withTarget(item: OutboxItem, id: string): OutboxItem {
  if (item.kind !== 'send') return { ...item, messageId: id };
  return item.replyTo ? { ...item, replyTo: { ...item.replyTo, id } } : item;
}
