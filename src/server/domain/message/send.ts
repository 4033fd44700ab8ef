import { createHash } from 'node:crypto';
import { AppError } from '@/server/base/errors';
import { postQueue } from '@/server/domain/message/post-queue';
import type { PostedRow, PostOutcome } from '@/server/domain/message/post-batch';
import { publishPosts } from '@/server/domain/message/publish';
import { findSent } from '@/server/domain/message/read';
import { threadForRead, threadForWrite } from '@/server/domain/thread/access';
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
};

/**
 * Posts a message. Repeating the call with the same id and text returns the first row.
 * @throws {AppError} FORBIDDEN, NOT_FOUND, CONFLICT when the id was used for something else,
 *   SERVICE_UNAVAILABLE when the outcome is unknown: repeat it with the same id
 */
export async function sendMessage(viewer: Member, input: SendMessageInput): Promise<SendResult> {
  const thread = await threadForWrite(viewer, input.threadId);
  const sendHash = createHash('sha256')
    .update(JSON.stringify([thread.threadId, input.text, input.replyToId ?? null]))
    .digest();
  const row = await postQueue(publishPosts).post(thread.threadId, {
    id: input.id,
    authorId: viewer.userId,
    kind: 'text',
    text: input.text,
    replyToId: input.replyToId ?? null,
    sendHash,
  });
  if (isWritten(row)) return { state: 'sent', message: messageOf(row) };
  if (row.outcome === 'exists') return { state: 'sent', message: await findSent(viewer, input.id, sendHash) };
  if (row.outcome === 'slow_mode') throw slowMode(row.waitMs);
  if (row.outcome !== 'ok') throw refusals[row.outcome];
  return closedThread(viewer, thread.threadId);
}

const isWritten = (row: PostedRow): row is PostedRow & { seq: number } => row.seq !== null;

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
