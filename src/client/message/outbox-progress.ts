import type { Op } from '@/client/message/outbox-change';
import { isPending, lineOf, nextOf, type OutboxItem, type Outcome } from '@/client/message/outbox-item';

/** What waited longer than this is not sent before somebody says so. */
export const silentMaxMs = 24 * 60 * 60_000;
export const tooOldReason = 'This has waited for more than a day. Send it now?';

/** Notes that an attempt is about to be made: from here on it may have reached the server. */
export const claimed = <T extends OutboxItem>(item: T): T => ({
  ...item,
  state: 'sending',
  attempts: item.attempts + 1,
  unanswered: item.unanswered + 1,
});

/**
 * Claims what is next in its line: what another tab has said before it goes first.
 * @param nowMs for the age: an item that is too old asks instead
 */
export const claim =
  (itemId: string, nowMs: number): Op =>
  (items) => {
    const item = items.get(itemId);
    if (!item || nextOf(lineOf(items, item.threadId)) !== item) return {};
    if (nowMs - Date.parse(item.wantedAt) <= silentMaxMs) return { put: [claimed(item)] };
    return { put: [{ ...item, state: 'failed', reason: tooOldReason, code: null }] };
  };

/** Notes what came of an attempt at `nowMs`. What is done needs no keeping, but a send, until the timeline shows it. */
export const finish =
  (itemId: string, outcome: Outcome, nowMs = Date.now()): Op =>
  (items) => {
    const item = items.get(itemId);
    if (!item || (outcome.type !== 'done' && !isPending(item))) return {};
    const answered = { ...item, unanswered: Math.max(0, item.unanswered - 1) };
    switch (outcome.type) {
      case 'done':
        if (item.kind !== 'send') return { drop: [itemId] };
        return {
          put: [
            { ...item, state: 'sent', seq: outcome.message.seq, reason: null, code: null, unanswered: 0 },
          ],
        };
      case 'held': {
        const held = { ...answered, state: 'held' as const, reason: 'Waiting for a moderator.', code: null };
        return { put: [held.kind === 'send' ? { ...held, isForModerator: true } : held] };
      }
      case 'refused':
        return { put: [{ ...answered, state: 'failed', reason: outcome.reason, code: outcome.code }] };
      case 'passing':
        return {
          put: [
            {
              ...(outcome.isStored === false ? answered : item),
              state: 'waiting',
              reason: outcome.reason,
              waitsUntil: outcome.retryAfterMs === null ? null : isoAt(nowMs + outcome.retryAfterMs),
            },
          ],
        };
    }
  };

const isoAt = (ms: number) => new Date(ms).toISOString();

/** Forgets acknowledged sends that the timeline shows by now. */
export const settle =
  (threadId: string, headSeq: number): Op =>
  (items) => ({
    drop: [...items.values()]
      .filter((item) => item.threadId === threadId && item.state === 'sent' && isShown(item, headSeq))
      .map((item) => item.itemId),
  });

/** Drops acknowledged sends of threads that nobody has looked at for a day: any timeline has them by now. */
export const dropOld =
  (nowMs: number): Op =>
  (items) => ({
    drop: [...items.values()]
      .filter((item) => item.state === 'sent' && nowMs - Date.parse(item.wantedAt) > silentMaxMs)
      .map((item) => item.itemId),
  });

const isShown = (item: OutboxItem, headSeq: number) => item.seq !== null && item.seq <= headSeq;
