import { run, statement } from '@/server/base/db';
import { log } from '@/server/base/log';
import { readStates } from '@/server/domain/thread/read-state';
import { personSql } from '@/server/domain/user/person';
import { publish } from '@/server/realtime/bus';
import type { PersonView } from '@/shared/user';

/** Whether somebody may be called: a person (`nu`) who is in the room, as a member. */
export const mentionableSql = (roomId: string) => `exists (
    select from memberships nm where nm.room_id = ${roomId} and nm.user_id = nu.id and nm.status = 'active'
  ) and nu.deactivated_at is null`;

/** Somebody as texts call them, and as who they are by now: an account for a visitor that it has claimed. */
export const calledSql = (mention: string, person: string) => `${personSql(person)}
  || jsonb_build_object('id', ${mention}.user_id)
  || case when ${mention}.user_id = ${person}.id then '{}' else jsonb_build_object('accountId', ${person}.id) end`;

const named = statement<{ person: PersonView }>(
  'mention-people',
  `select distinct ${calledSql('n', 'nu')} as person from mentions n join users v on v.id = n.user_id
   join users nu on nu.id = coalesce(v.claimed_by_id, v.id)
   where n.message_id = any($1::uuid[]) and n.user_id = any($2::uuid[])`,
);

/** Those of these people whom the messages, or what they answer, do call: just they may be named. */
export const mentionedIn = async (
  messages: readonly { id: string; replyToId: string | null }[],
  userIds: readonly string[],
): Promise<PersonView[]> =>
  (
    await run(named, [messages.flatMap(({ id, replyToId }) => (replyToId ? [id, replyToId] : [id])), userIds])
  ).map((row) => row.person);

/** Tells people that they follow a thread now because somebody called them; nobody waits for it. */
export function tellCalled(threadId: string, people: readonly PersonView[]): void {
  for (const { id: userId, kind, name } of people)
    if (kind === 'registered' || kind === 'visitor')
      readStates({ kind, userId, name, isAdmin: false }, [threadId]).then(
        ([standing]) => {
          const state = standing?.readState;
          if (state) publish(`user:${userId}`, { type: 'read', states: [{ threadId, ...state }] });
        },
        (cause: unknown) => log().warn({ err: cause, threadId }, 'a mention was not told'),
      );
}
