import {
  AppError,
  busy,
  isTransient,
  notFound,
  sqlState,
  unavailable,
  wasInTheWay,
} from '@/server/base/errors';
import { log } from '@/server/base/log';
import { once } from '@/server/base/once';
import { writePosts, type Post, type PostedRow } from '@/server/domain/message/post-batch';
import { isPlain, writePlainPosts } from '@/server/domain/message/post-plain';
import { writeBatchMax, writeQueueMax, writersMax, writeWaitingMax } from '@/shared/limits';

type Waiting = {
  post: Post;
  isPlain: boolean;
  promise: Promise<PostedRow>;
  resolve(row: PostedRow): void;
  reject(cause: unknown): void;
};
type Queue = { threadId: string; waiting: Waiting[]; byId: Map<string, Waiting> };
/** Posts that one statement writes to one thread; until it has, nothing else is written there. */
type Batch = { queue: Queue; entries: Waiting[] };

/** Called with the rows that one statement wrote, after its commit and before any sender hears of it. */
export type OnCommitted = (threadId: string, rows: PostedRow[]) => void;

/** The statements: for one thread, and for plain posts to many. */
export type Writes = { posts: typeof writePosts; plainPosts: typeof writePlainPosts };

/**
 * Writes posts in order of arrival per thread. A few writers take what has come meanwhile, over all
 * threads, as one statement each: alone a post is written at once, and the more there are, the more share a
 * commit. What a writer finds locked or unusual waits by itself, so that it holds nobody up. A statement
 * that fails is run again thread by thread, then post by post, so that each gets its own answer.
 */
export class PostQueue {
  private readonly queues = new Map<string, Queue>();
  /** Those where something waits and nothing is being written, the longest waiting first. */
  private readonly ready = new Set<Queue>();
  /** The ids of posts that are being written: the same id for another thread waits until that is known. */
  private readonly writing = new Set<string>();
  private waiting = 0;
  private writers = 0;
  private isWoken = false;

  constructor(
    private readonly onCommitted: OnCommitted,
    private readonly write: Writes = { posts: writePosts, plainPosts: writePlainPosts },
  ) {}

  /**
   * @returns the post's row: written, or with the outcome that kept it from being written
   * @throws {AppError} SERVICE_UNAVAILABLE when it is not known whether it was written (the same call
   *   may be repeated), TOO_MANY_REQUESTS when the thread's queue is full, NOT_FOUND without a thread
   */
  post(threadId: string, post: Post): Promise<PostedRow> {
    const known = this.queues.get(threadId);
    const same = known?.byId.get(post.id);
    if (same && isSame(same.post, post)) return same.promise;
    if ((known?.waiting.length ?? 0) >= writeQueueMax)
      return Promise.reject(
        new AppError(
          'TOO_MANY_REQUESTS',
          'busy',
          'This thread is very busy. Your message was not sent yet.',
          { retryAfterMs: 1_000 },
        ),
      );
    if (this.waiting >= writeWaitingMax) return Promise.reject(busy());
    const queue = known ?? { threadId, waiting: [], byId: new Map<string, Waiting>() };
    if (!known) {
      this.queues.set(threadId, queue);
      this.ready.add(queue);
    }
    const entry = waitingFor(post);
    queue.waiting.push(entry);
    this.waiting++;
    if (!same) queue.byId.set(post.id, entry);
    this.wake();
    return entry.promise;
  }

  /** Starts writers at the end of this turn: what comes in one turn goes together. */
  private wake(): void {
    if (this.isWoken) return;
    this.isWoken = true;
    setImmediate(() => {
      this.isWoken = false;
      this.start();
    });
  }

  private start(): void {
    for (const queue of this.ready)
      if (queue.waiting[0]?.isPlain === false) {
        const batch = this.take(queue, { room: writeBatchMax, isPlain: false });
        if (batch.entries.length > 0) void this.writeAlone(batch);
      }
    while (this.writers < writersMax) {
      const batches = this.takePlain();
      if (batches.length === 0) break;
      this.writers++;
      void this.writeTogether(batches);
    }
  }

  /** The next plain posts of all threads that wait. */
  private takePlain(): Batch[] {
    const batches: Batch[] = [];
    let room = writeBatchMax;
    for (const queue of this.ready) {
      if (room === 0) break;
      const batch = this.take(queue, { room, isPlain: true });
      room -= batch.entries.length;
      if (batch.entries.length > 0) batches.push(batch);
    }
    return batches;
  }

  /** The next posts of a thread, in order, up to one whose id is being written already. */
  private take(queue: Queue, { room, isPlain: isPlainOnly }: { room: number; isPlain: boolean }): Batch {
    let size = 0;
    for (const { post, isPlain: isPlainPost } of queue.waiting) {
      if (size === room || this.writing.has(post.id) || (isPlainOnly && !isPlainPost)) break;
      this.writing.add(post.id);
      size++;
    }
    if (size > 0) this.ready.delete(queue);
    this.waiting -= size;
    return { queue, entries: queue.waiting.splice(0, size) };
  }

  private finish(batches: readonly Batch[]): void {
    for (const { queue, entries } of batches) {
      for (const entry of entries) {
        this.writing.delete(entry.post.id);
        if (queue.byId.get(entry.post.id) === entry) queue.byId.delete(entry.post.id);
      }
      if (queue.waiting.length > 0) this.ready.add(queue);
      else this.queues.delete(queue.threadId);
    }
    // At once: what waits is written while the senders of what was written hear of it.
    this.start();
  }

  /** Settles what one statement could write, and leaves the rest to statements of their own; never throws. */
  private async writeTogether(batches: readonly Batch[]): Promise<void> {
    let written: (PostedRow[] | null)[];
    try {
      written = await this.write.plainPosts(
        batches.map(({ queue, entries }) => ({
          threadId: queue.threadId,
          posts: entries.map((entry) => entry.post),
        })),
      );
    } catch (cause) {
      this.writers--;
      if (isTransient(cause) && !wasInTheWay(cause)) {
        for (const { entries } of batches) rejectAll(entries, unavailable(cause));
        return this.finish(batches);
      }
      for (const batch of batches) void this.writeAlone(batch);
      return this.wake();
    }
    this.writers--;
    this.finish(batches.filter((_, i) => written[i]));
    this.settleWritten(batches, written);
    for (const [i, batch] of batches.entries()) if (!written[i]) void this.writeAlone(batch);
  }

  private async writeAlone(batch: Batch): Promise<void> {
    await this.writeEntries(batch.queue.threadId, batch.entries);
    this.finish([batch]);
  }

  /** Settles every entry, all of one thread; never throws. */
  private async writeEntries(threadId: string, entries: Waiting[]): Promise<void> {
    const write = async () =>
      this.settle(
        threadId,
        entries,
        await this.write.posts(
          threadId,
          entries.map((entry) => entry.post),
        ),
      );
    try {
      await write();
    } catch (cause) {
      if (isTransient(cause)) return rejectAll(entries, unavailable(cause));
      if (entries.length > 1) {
        for (const entry of entries) await this.writeEntries(threadId, [entry]);
        return;
      }
      if (sqlState(cause) !== '23505') return rejectAll(entries, cause);
      // The id was taken while the statement waited: read again with a snapshot that sees it.
      await write().catch((again: unknown) =>
        rejectAll(entries, isTransient(again) || sqlState(again) === '23505' ? unavailable(again) : again),
      );
    }
  }

  private settleWritten(batches: readonly Batch[], written: readonly (PostedRow[] | null)[]): void {
    for (const [i, { queue, entries }] of batches.entries()) {
      const rows = written[i];
      if (rows) this.settle(queue.threadId, entries, rows);
    }
  }

  private settle(threadId: string, entries: readonly Waiting[], rows: readonly PostedRow[]): void {
    const written = rows.filter((row) => row.seq !== null);
    if (written.length > 0) this.tell(threadId, written);
    for (const [i, entry] of entries.entries()) {
      const row = rows[i];
      if (row) entry.resolve(row);
      else entry.reject(notFound());
    }
  }

  /** What is committed stays so, whatever becomes of the telling: the sweep finds what readers did not hear. */
  private tell(threadId: string, rows: PostedRow[]): void {
    try {
      this.onCommitted(threadId, rows);
    } catch (cause) {
      log().error({ err: cause, threadId }, 'posts were written and not told');
    }
  }
}

const isSame = (one: Post, other: Post): boolean =>
  one.authorId === other.authorId && one.wasHeld === other.wasHeld && one.sendHash.equals(other.sendHash);

function waitingFor(post: Post): Waiting {
  let settle: Pick<Waiting, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<PostedRow>((resolve, reject) => (settle = { resolve, reject }));
  if (!settle) throw new Error('A promise runs its executor at once.');
  return { post, isPlain: isPlain(post), promise, ...settle };
}

function rejectAll(entries: readonly Waiting[], cause: unknown): void {
  for (const entry of entries) entry.reject(cause);
}

export const postQueue = (onCommitted: OnCommitted): PostQueue =>
  once('post-queue', () => new PostQueue(onCommitted));
