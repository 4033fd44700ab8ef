import { AppError } from '@/server/base/errors';
import {
  changeMessage,
  changeStatement,
  isAuthorSql,
  isModeratorSql,
  notAllowed,
} from '@/server/domain/message/change';
import { undoMs } from '@/shared/limits';
import type { MessageKeyInput, MessageView } from '@/shared/message';
import type { Member } from '@/shared/user';

/** Whether the author stands below the caller, or beside them: what an owner wrote is an owner's to delete. */
const isBelowSql = `(m.role = 'owner' or not exists (select from memberships a
  where a.room_id = r.id and a.user_id = x.author_id and a.status = 'active' and a.role = 'owner'))`;

/** What a deletion makes of a message; $3 is who does it. */
export const deletedSet = `text = '', deleted_at = now(), deleted_by_id = $3, reactions = null`;

const remove = changeStatement({
  name: 'message-delete',
  audit: 'message.delete',
  when: `(${isAuthorSql} or (${isModeratorSql} and ${isBelowSql})) and x.kind <> 'event' and x.deleted_at is null`,
  set: deletedSet,
  preview: `''`,
  keep: 'select id, rev, text from target where exists (select from thread)',
});
const latestText = `(select v.text from revisions v where v.message_id = x.id order by v.rev desc limit 1)`;
const restore = changeStatement({
  name: 'message-restore',
  audit: 'message.restore',
  when: `x.deleted_at is not null and ${latestText} is not null
    and (${isModeratorSql} or (${isAuthorSql} and x.deleted_by_id in (select u.id from users u where u.id = $3 or u.claimed_by_id = $3) and x.deleted_at > now() - ${undoMs} * interval '1 millisecond'))`,
  set: `text = ${latestText}, deleted_at = null, deleted_by_id = null`,
  preview: `(select v.text from revisions v where v.message_id = $2 order by v.rev desc limit 1)`,
});

/**
 * Takes a message's text away for everybody; its place stays. Deleting it again changes nothing.
 * @throws {AppError} NOT_FOUND, FORBIDDEN for anybody but the author and moderators
 */
export const deleteMessage = (viewer: Member, input: MessageKeyInput): Promise<MessageView> =>
  changeMessage(viewer, input, {
    statement: remove,
    values: [],
    isCounted: true,
    explain({ message, isAuthor, isModerator }) {
      if ((isAuthor || isModerator) && message.deletedAt) return message;
      throw notAllowed(
        isModerator
          ? 'Only an owner can delete what an owner wrote.'
          : 'Only its author or a moderator can delete a message.',
      );
    },
  });

/**
 * Takes a deletion back: authors their own for five minutes, moderators at any time that the text is
 * still kept. Restoring what is not deleted changes nothing.
 * @throws {AppError} NOT_FOUND, FORBIDDEN, CONFLICT when it is too late
 */
export const restoreMessage = (viewer: Member, input: MessageKeyInput): Promise<MessageView> =>
  changeMessage(viewer, input, {
    statement: restore,
    values: [],
    isCounted: true,
    explain({ message, isAuthor, isModerator, deletedById }) {
      if (!isAuthor && !isModerator)
        throw notAllowed('Only its author or a moderator can bring a message back.');
      if (!message.deletedAt) return message;
      if (!isModerator && deletedById !== viewer.userId)
        throw notAllowed('A moderator deleted this message, so only a moderator can bring it back.');
      throw new AppError('CONFLICT', 'too_late', 'It is too late to bring this message back.');
    },
  });
