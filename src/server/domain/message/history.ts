import { prisma } from '@/server/base/db';
import { notAllowed } from '@/server/domain/message/change';
import { getMessage } from '@/server/domain/message/read';
import { threadForRead } from '@/server/domain/thread/access';
import type { MessageHistory, MessageKeyInput } from '@/shared/message';
import type { Viewer } from '@/shared/user';

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
  const older = await prisma().revision.findMany({
    where: { messageId: key.id },
    orderBy: { rev: 'asc' },
    select: { text: true, replacedAt: true },
  });
  const all = message.deletedAt ? older : [...older, { text: message.text, replacedAt: new Date() }];
  return {
    deletedAt: message.deletedAt,
    texts: all.map(({ text }, i) => ({
      text,
      at: older[i - 1]?.replacedAt.toISOString() ?? message.createdAt,
    })),
  };
}
