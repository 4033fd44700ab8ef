import type { TrackedEnvelope } from '@trpc/server';
import type { Connection, Context } from '@/server/api/context';
import { epoch } from '@/server/base/epoch';
import { isAppError, isTransient, notFound, type AppError } from '@/server/base/errors';
import { log } from '@/server/base/log';
import { once } from '@/server/base/once';
import { readChanges } from '@/server/domain/message/read';
import { roomForRead } from '@/server/domain/room/access';
import { memberRoomIds, shutRoomIds } from '@/server/domain/room/read';
import { threadForRead } from '@/server/domain/thread/access';
import { readHeads } from '@/server/domain/thread/read';
import { readReceipts } from '@/server/domain/thread/receipts';
import { readSharing, writeLastSeen } from '@/server/domain/user/sharing';
import { bus } from '@/server/realtime/bus';
import { Gate } from '@/server/realtime/gate';
import { streamInbox } from '@/server/realtime/inbox-stream';
import { Lease } from '@/server/realtime/lease';
import { TailPool } from '@/server/realtime/tail-pool';
import { presenceLink } from '@/server/realtime/presence-link';
import { SignalPool } from '@/server/realtime/thread-signals';
import { streamThread } from '@/server/realtime/thread-stream';
import type { InboxEvent, ThreadEvent } from '@/shared/event';
import { replaysAtOnce } from '@/shared/limits';

const source = { readChanges, readHeads };

export const tails = () =>
  once('tails', () => {
    const pool = new TailPool(source, (cause) =>
      log().warn({ err: cause }, 'a tail could not read the database'),
    );
    bus().onJoined((topics) => {
      const threadIds = topics.flatMap((topic) => (topic.startsWith('thread:') ? [topic.slice(7)] : []));
      if (threadIds.length > 0) void pool.resync(threadIds);
    });
    return pool;
  });

/**
 * Access that is simply not there is an answer; a database that fails is not.
 * @param onRefusal hears how it was said
 */
async function orNull<T>(
  read: Promise<T>,
  onRefusal: (refusal: AppError) => void = () => undefined,
): Promise<T | null> {
  try {
    return await read;
  } catch (cause) {
    if (!isAppError(cause) || cause.code !== 'NOT_FOUND') throw cause;
    onRefusal(cause);
    return null;
  }
}

/** Who is here, as far as this process knows. */
export const presence = () =>
  presenceLink(writeLastSeen, (cause) => log().warn({ err: cause }, 'last seen could not be written'))
    .presence;

const atOnce = () => Promise.resolve();
const always = () => true;

const signals = () =>
  once(
    'signals',
    () =>
      new SignalPool({ readReceipts }, (cause) =>
        log().warn({ err: cause }, 'receipts could not be read from the database'),
      ),
  );

const replays = () => once('replays', () => new Gate(replaysAtOnce));
const lanes = new WeakMap<Connection, Gate>();

/**
 * Reads for readers who are behind what the tails hold. Such a read may be large, so it is one at a time
 * per connection, only when that has taken what it was sent before, and few over all.
 */
function sourceFor(connection: Connection | null): typeof source {
  if (!connection) return { ...source, readChanges: (...args) => replays().run(() => readChanges(...args)) };
  return {
    ...source,
    readChanges: (...args) => {
      const lane = lanes.get(connection) ?? new Gate(1);
      lanes.set(connection, lane);
      return lane.run(async () => {
        // What the one before has read is on its way out by the next turn.
        await new Promise((resolve) => setImmediate(resolve));
        await connection.drained();
        return replays().run(() => readChanges(...args));
      });
    },
  };
}

/** Aborts with the call, and when the person behind it ends: that closes a socket, and its calls with it. */
function stopOf({ identity, connection }: Context, signal: AbortSignal): AbortSignal {
  if (connection) return signal;
  const end = new AbortController();
  identity.onEnded(() => end.abort());
  return AbortSignal.any([signal, end.signal]);
}

/** The stream of one thread, its right proven by lease. */
export function threadEvents(
  ctx: Context,
  input: { threadId: string; lastEventId?: string | null | undefined },
  signal: AbortSignal,
): AsyncGenerator<TrackedEnvelope<ThreadEvent>, void> {
  const { identity, connection } = ctx;
  let refusal: AppError | null = null;
  const verify = () =>
    orNull(threadForRead(identity.viewer, { id: input.threadId }), (told) => (refusal = told));
  return streamThread({
    threadId: input.threadId,
    lastEventId: input.lastEventId ?? null,
    epoch,
    tails: tails(),
    source: sourceFor(connection),
    lease: new Lease(verify),
    signals: signals(),
    viewerId: () => identity.viewer.userId,
    readSharing,
    isFree: connection ? connection.isFree : always,
    drained: connection ? connection.drained : atOnce,
    lane: connection?.openLane() ?? null,
    isTransient,
    denied: () => refusal ?? notFound(),
    signal: stopOf(ctx, signal),
  });
}

/** The stream of everything in the viewer's sight. */
export function inboxEvents(
  ctx: Context,
  tab: string | null,
  signal: AbortSignal,
): AsyncGenerator<TrackedEnvelope<InboxEvent>, void> {
  const { identity, connection } = ctx;
  return streamInbox({
    userId: identity.viewer.userId,
    tab,
    presence: presence(),
    readSharing,
    isFree: connection ? connection.isFree : always,
    topics: identity.viewer.kind === 'registered' ? ['public', 'members'] : ['public'],
    closedRoomIds: () => memberRoomIds(identity.viewer),
    shutRoomIds: () => shutRoomIds(identity.viewer),
    verify: (roomId) => orNull(roomForRead(identity.viewer, roomId)),
    drained: connection ? connection.drained : atOnce,
    lane: connection?.openLane() ?? null,
    isTransient,
    signal: stopOf(ctx, signal),
  });
}
