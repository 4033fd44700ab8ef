import { run, statement } from '@/server/base/db';
import { AppError } from '@/server/base/errors';
import { standingOf } from '@/server/domain/room/access';
import { canWalkIn } from '@/server/domain/room/rights';
import { threadForRead } from '@/server/domain/thread/access';
import { personSql } from '@/server/domain/user/person';
import { publish } from '@/server/realtime/bus';
import type { SetTypingInput } from '@/shared/signal';
import type { PersonView, Viewer } from '@/shared/user';

const gate = statement<{ person: PersonView; showsTyping: boolean; isOpen: boolean }>(
  'typing-gate',
  `select ${personSql('u')} as person, u.shows_typing as "showsTyping",
     (r.locked_at is null or coalesce(m.role in ('owner', 'moderator'), false))
       and coalesce(m.muted_until <= now(), true)
       and (m.status is distinct from 'active' or m.role <> 'visitor' or r.visitors = 'write') as "isOpen"
   from users u join rooms r on r.id = $2
   left join memberships m on m.room_id = r.id and m.user_id = u.id
   where u.id = $1`,
);

/**
 * Tells the thread's readers that the viewer has begun or stopped to type. Nothing is stored; of a
 * stranger, and of whoever hides their typing, nothing is told.
 * @throws {AppError} NOT_FOUND, FORBIDDEN where the viewer could not send a message
 */
export async function setTyping(viewer: Viewer, { threadId, isTyping }: SetTypingInput): Promise<void> {
  // Taken before anything is awaited: a message that is sent meanwhile ends this typing.
  const at = Date.now();
  const thread = await threadForRead(viewer, { id: threadId });
  const isMember = thread.status === 'active' || canWalkIn(standingOf(viewer, thread));
  const [me] = viewer.userId === null ? [] : await run(gate, [viewer.userId, thread.roomId]);
  const isClosed = thread.archivedAt ?? thread.lockedAt ?? thread.roomArchivedAt;
  if (!isMember || isClosed || me?.isOpen === false)
    throw new AppError('FORBIDDEN', 'not_allowed', 'You cannot write here, so nobody is told that you type.');
  if (viewer.userId === null || !me?.showsTyping) return;
  publish(`thread:${threadId}`, {
    type: 'typing',
    threadId,
    word: { person: me.person, isTyping, at },
    aclRev: thread.aclRev,
  });
}
