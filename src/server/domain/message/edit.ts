import {
  changeMessage,
  changeStatement,
  isAuthorSql,
  isDeleted,
  notAllowed,
} from '@/server/domain/message/change';
import { mentionsIn } from '@/shared/markdown';
import type { EditMessageInput, MessageView } from '@/shared/message';
import type { Member } from '@/shared/user';

const edit = changeStatement({
  name: 'message-edit',
  when: `${isAuthorSql} and x.kind = 'text' and x.deleted_at is null and x.text <> $4 and (m.muted_until is null or m.muted_until <= now())`,
  set: 'text = $4, edited_at = now()',
  preview: '$4',
  mentions: '$5',
  keep: 'select id, rev, text from target where exists (select from thread)',
});

/**
 * Changes the text of one's own message; the older text stays readable in its history. The same text
 * again changes nothing.
 * @throws {AppError} NOT_FOUND, FORBIDDEN for anybody but the author, CONFLICT when it was deleted
 */
export const editMessage = (viewer: Member, input: EditMessageInput): Promise<MessageView> =>
  changeMessage(viewer, input, {
    statement: edit,
    values: [input.text, mentionsIn(input.text)],
    // Who is called may have changed, and with that what lists mark.
    isCounted: input.text.includes('<@'),
    explain({ message, isAuthor }) {
      if (message.deletedAt) throw isDeleted();
      if (!isAuthor || message.kind !== 'text') throw notAllowed('Only its author can change a message.');
      if (message.text === input.text) return message;
      throw notAllowed('A moderator has muted you in this room for a while.');
    },
  });
