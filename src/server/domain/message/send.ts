import { createHash } from 'node:crypto';
import { AppError } from '@/server/base/errors';
import { heldBefore, holdMessage } from '@/server/domain/message/hold';
import { postQueue } from '@/server/domain/message/post-queue';
import type { Post, PostedRow, PostOutcome } from '@/server/domain/message/post-batch';
import { isPlain } from '@/server/domain/message/post-plain';
import { publishPosts } from '@/server/domain/message/publish';
import { findSent, getMessage, idTaken } from '@/server/domain/message/read';
import { standingOf, walkIn } from '@/server/domain/room/access';
import { needsApproval } from '@/server/domain/room/rights';
import { threadForRead } from '@/server/domain/thread/access';
import { messageOf } from '@/server/domain/message/view';
import type { SendMessageInput, SendResult } from '@/shared/message';
import type { Member } from '@/shared/user';

const refusals: Record<Exclude<PostOutcome, 'ok' | 'exists' | 'slow_mode'>, AppError> = {
  not_member: new AppError(
    'FORBIDDEN',
    'not_member',
    'You are no longer in this room, so the message was not sent.',
  ),
  muted: new AppError('FORBIDDEN', 'muted', 'A moderator has muted you in this room for a while.'),
  visitors_read_only: new AppError(
    'FORBIDDEN',
    'visitors_read_only',
    'Visitors can read here, but not write.',
  ),
  room_archived: new AppError(
    'FORBIDDEN',
    'room_archived',
    'This room is archived: it can be read, not written to.',
  ),
  room_locked: new AppError(
    'FORBIDDEN',
    'room_locked',
    'This room is locked: only moderators can write for now.',
  ),
  reply_not_found: new AppError(
    'BAD_REQUEST',
    'reply_not_found',
    'The message you answer is not in this thread.',
  ),
  held: idTaken(),
};

/**
 * Posts a message, or keeps it for a moderator where the room wants that. Repeating the call with the same
 * id and text returns the first row.
 * @throws {AppError} FORBIDDEN, NOT_FOUND, CONFLICT when the id was used for something else,
 *   SERVICE_UNAVAILABLE when the outcome is unknown: repeat it with the same id
 */
export async function sendMessage(viewer: Member, input: SendMessageInput): Promise<SendResult> {
  const sendHash = createHash('sha256')
    .update(JSON.stringify([input.threadId, input.text, input.replyToId ?? null]))
    .digest();
  const post: Post = {
    id: input.id,
    authorId: viewer.userId,
    kind: 'text',
    text: input.text,
    replyToId: input.replyToId ?? null,
    sendHash,
  };
  const write = () => postQueue(publishPosts).post(input.threadId, post);
  // The write proves every right itself. A plain post of a member, as most are, needs nothing else.
  const first = isPlain(post) ? await write() : null;
  if (first && isWritten(first)) return { state: 'sent', message: messageOf(first) };
  const thread = await threadForRead(viewer, { id: input.threadId });
  if (input.replyToId && thread.visibleFrom > 1)
    await getMessage(viewer, { threadId: thread.threadId, id: input.replyToId }).catch(() => {
      throw refusals.reply_not_found;
    });
  if (viewer.kind === 'visitor' && thread.visitors === 'approve') {
    if (needsApproval(standingOf(viewer, thread))) return holdMessage(viewer, thread, { input, sendHash });
    // Of somebody who was let in meanwhile, what was sent before still waits for its own turn.
    const before = await heldBefore(viewer, input.id, sendHash);
    if (before) return before;
  }
  if (first && first.outcome !== 'not_member' && first.outcome !== 'held') {
    const refusal = refusalOf(first);
    if (refusal) throw refusal;
  }
  await walkIn(viewer, thread);
  const row = await write();
  if (isWritten(row)) return { state: 'sent', message: messageOf(row) };
  if (row.outcome === 'exists') return { state: 'sent', message: await findSent(viewer, input.id, sendHash) };
  // Somebody who has signed in since, and whose visitor's message still waits.
  const held = row.outcome === 'held' ? await heldBefore(viewer, input.id, sendHash) : null;
  if (held) return held;
  const refusal = refusalOf(row);
  if (refusal) throw refusal;
  return closedThread(viewer, thread.threadId);
}

const isWritten = (row: PostedRow): row is PostedRow & { seq: number } => row.seq !== null;

/** What kept a post from being written; null when nothing about the post itself did. */
export function refusalOf({ outcome, waitMs }: PostedRow): AppError | null {
  if (outcome === 'ok' || outcome === 'exists') return null;
  return outcome === 'slow_mode' ? slowMode(waitMs) : refusals[outcome];
}

function slowMode(waitMs: number): AppError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  const wait = seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  return new AppError(
    'TOO_MANY_REQUESTS',
    'slow_mode',
    `This room is in slow mode. You can write again in ${seconds === 1 ? 'a second' : wait}.`,
    { retryAfterMs: waitMs },
  );
}

/** Every check passed and yet nothing was written: the thread itself takes no posts. */
async function closedThread(viewer: Member, threadId: string): Promise<never> {
  const thread = await threadForRead(viewer, { id: threadId });
  throw thread.lockedAt
    ? new AppError('FORBIDDEN', 'thread_locked', 'This thread is locked: nobody can write in it for now.')
    : new AppError(
        'FORBIDDEN',
        'thread_archived',
        'This thread is archived: it can be read, not written to.',
      );
}
