import { isTransient, sqlState, unavailable, AppError } from '@/server/base/errors';
import { once } from '@/server/base/once';
import { writePosts, type Post, type PostedRow } from '@/server/domain/message/post-batch';
import { writeBatchMax, writeQueueMax } from '@/shared/limits';

type Waiting = {
  post: Post;
  promise: Promise<PostedRow>;
  resolve(row: PostedRow): void;
  reject(cause: unknown): void;
};
type Queue = { waiting: Waiting[]; byId: Map<string, Waiting> };

/** Called with the rows that one statement wrote, after its commit and before any sender hears of it. */
export type OnCommitted = (threadId: string, rows: PostedRow[]) => void;

/**
 * Posts to one thread that arrive while a write is in flight go out together as the next statement,
 * in order of arrival. A statement that fails on one post is run again post by post, so that each
 * gets its own answer.
 */
export class PostQueue {
  private readonly queues = new Map<string, Queue>();

  constructor(
    private readonly onCommitted: OnCommitted,
    private readonly write: typeof writePosts = writePosts,
  ) {}

  /**
   * @returns the post's row: written, or with the outcome that kept it from being written
   * @throws {AppError} SERVICE_UNAVAILABLE when it is not known whether it was written (the same call
   *   may be repeated), TOO_MANY_REQUESTS when the thread's queue is full, NOT_FOUND without a thread
   */
  post(threadId: string, post: Post): Promise<PostedRow> {
    let queue = this.queues.get(threadId);
    const same = queue?.byId.get(post.id);
    if (same && same.post.authorId === post.authorId && same.post.sendHash.equals(post.sendHash))
      return same.promise;
    if ((queue?.waiting.length ?? 0) >= writeQueueMax)
      return Promise.reject(
        new AppError(
          'TOO_MANY_REQUESTS',
          'busy',
          'This thread is very busy. Your message was not sent yet.',
          { retryAfterMs: 1_000 },
        ),
      );
    const isIdle = !queue;
    if (!queue) this.queues.set(threadId, (queue = { waiting: [], byId: new Map() }));
    const entry = waitingFor(post);
    queue.waiting.push(entry);
    if (!same) queue.byId.set(post.id, entry);
    if (isIdle) void this.drain(threadId, queue);
    return entry.promise;
  }

  private async drain(threadId: string, queue: Queue): Promise<void> {
    while (queue.waiting.length > 0) {
      const batch = takeBatch(queue);
      await this.writeBatch(threadId, batch);
      for (const entry of batch)
        if (queue.byId.get(entry.post.id) === entry) queue.byId.delete(entry.post.id);
    }
    this.queues.delete(threadId);
  }

  /** Settles every entry of the batch; never throws. */
  private async writeBatch(threadId: string, batch: Waiting[]): Promise<void> {
    let rows: PostedRow[];
    try {
      rows = await this.write(
        threadId,
        batch.map((entry) => entry.post),
      );
    } catch (cause) {
      if (isTransient(cause)) return rejectAll(batch, unavailable(cause));
      if (batch.length > 1) {
        for (const entry of batch) await this.writeBatch(threadId, [entry]);
        return;
      }
      // The id was taken while the statement waited: read again with a snapshot that sees it.
      if (sqlState(cause) === '23505') return this.writeAgain(threadId, batch);
      return rejectAll(batch, cause);
    }
    this.settle(threadId, batch, rows);
  }

  private async writeAgain(threadId: string, batch: Waiting[]): Promise<void> {
    try {
      this.settle(
        threadId,
        batch,
        await this.write(
          threadId,
          batch.map((entry) => entry.post),
        ),
      );
    } catch (cause) {
      rejectAll(batch, isTransient(cause) || sqlState(cause) === '23505' ? unavailable(cause) : cause);
    }
  }

  private settle(threadId: string, batch: Waiting[], rows: PostedRow[]): void {
    const written = rows.filter((row) => row.seq !== null);
    if (written.length > 0) this.onCommitted(threadId, written);
    batch.forEach((entry, i) => {
      const row = rows[i];
      if (row) entry.resolve(row);
      else entry.reject(new AppError('NOT_FOUND', 'not_found', 'This thread does not exist any more.'));
    });
  }
}

function waitingFor(post: Post): Waiting {
  let settle: Pick<Waiting, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<PostedRow>((resolve, reject) => (settle = { resolve, reject }));
  if (!settle) throw new Error('A promise runs its executor at once.');
  return { post, promise, ...settle };
}

/** The next posts in order; an id that stands twice waits for the batch after this one. */
function takeBatch(queue: Queue): Waiting[] {
  const ids = new Set<string>();
  let size = 0;
  for (const { post } of queue.waiting) {
    if (size === writeBatchMax || ids.has(post.id)) break;
    ids.add(post.id);
    size++;
  }
  return queue.waiting.splice(0, size);
}

function rejectAll(batch: Waiting[], cause: unknown): void {
  for (const entry of batch) entry.reject(cause);
}

export const postQueue = (onCommitted: OnCommitted): PostQueue =>
  once('post-queue', () => new PostQueue(onCommitted));
