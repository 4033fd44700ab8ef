import { run, statement } from '@/server/base/db';
import { notAllowed } from '@/server/domain/message/change';
import { getMessage } from '@/server/domain/message/read';
import { threadForRead } from '@/server/domain/thread/access';
import type { MessageHistory, MessageKeyInput } from '@/shared/message';
import type { Viewer } from '@/shared/user';

const revisions = statement<{ text: string; replacedAt: Date }>(
  'message-history',
  `select text, replaced_at as "replacedAt" from revisions where message_id = $1 order by rev`,
);

/**
 * The texts that a message had, oldest first, each with the moment from which it was shown.
 * @throws {AppError} NOT_FOUND; FORBIDDEN for the texts of a deleted message, which only moderators may read
 */
export async function messageHistory(viewer: Viewer, key: MessageKeyInput): Promise<MessageHistory> {
  const access = await threadForRead(viewer, { id: key.threadId });
  const { message } = await getMessage(viewer, key);
  const isModerator = access.status === 'active' && (access.role === 'owner' || access.role === 'moderator');
  if (message.deletedAt && !isModerator)
    throw notAllowed('Only a moderator can read what a deleted message said.');
  const older = await run(revisions, [key.id]);
  const all = message.deletedAt ? older : [...older, { text: message.text, replacedAt: new Date() }];
  return {
    deletedAt: message.deletedAt,
    texts: all.map(({ text }, i) => ({
      text,
      at: older[i - 1]?.replacedAt.toISOString() ?? message.createdAt,
    })),
  };
}
