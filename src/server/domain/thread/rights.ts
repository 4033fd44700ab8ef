import { run, statement } from '@/server/base/db';
import type { ThreadRights } from '@/shared/thread';
import type { Viewer } from '@/shared/user';

export type ThreadVerb = keyof ThreadRights;

/**
 * Who may change a thread itself: moderators and owners of its room all of it; its creator, while a
 * member of the room, what stands here. `while alone`: as long as nobody else has written in it.
 */
const creatorMay: Record<ThreadVerb, 'always' | 'while alone' | 'never'> = {
  rename: 'always',
  archive: 'always',
  lock: 'never',
  delete: 'while alone',
};
/** What holds for a room's main thread as well, which is the room itself. */
const mainMay: Record<ThreadVerb, boolean> = { rename: true, archive: false, lock: true, delete: false };

const ownIds = '(select o.id from users o where o.id = m.user_id or o.claimed_by_id = m.user_id)';
/** Whether the caller made the thread, by their own name or one that they claimed. */
export const isCreatorSql = `coalesce(t.created_by_id in ${ownIds}, false)`;
/** A post that came in while the thread's lock was waited for shows in `seq` alone: then it is not known. */
const isAloneSql = `not exists (
    select from messages x where x.thread_id = t.id and x.kind <> 'event' and x.author_id not in ${ownIds}
  ) and t.seq = coalesce((select x.seq from messages x where x.thread_id = t.id order by x.seq desc limit 1), 0)`;

/** The right as SQL over `threads t` and the caller's active membership `m`. */
export function threadRightSql(verb: ThreadVerb): string {
  const byCreator = {
    always: isCreatorSql,
    'while alone': `(${isCreatorSql} and ${isAloneSql})`,
    never: 'false',
  }[creatorMay[verb]];
  const place = mainMay[verb] ? 'true' : 'not t.is_main';
  return `(t.deleted_at is null and ${place} and (m.role in ('owner', 'moderator') or ${byCreator}))`;
}

const rights = statement<ThreadRights>(
  'thread-rights',
  `select ${threadRightSql('rename')} as rename, ${threadRightSql('archive')} as archive,
    ${threadRightSql('lock')} as lock, ${threadRightSql('delete')} as delete
   from threads t join rooms r on r.id = t.room_id and r.archived_at is null
   join memberships m on m.room_id = r.id and m.user_id = $2 and m.status = 'active'
   where t.id = $1`,
);

/** What the viewer may do with the thread, for a page to offer; each verb proves it again. */
export async function threadRights(viewer: Viewer, threadId: string): Promise<ThreadRights> {
  const none = { rename: false, archive: false, lock: false, delete: false };
  if (viewer.userId === null) return none;
  return (await run(rights, [threadId, viewer.userId]))[0] ?? none;
}
