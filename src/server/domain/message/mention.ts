import { run, statement } from '@/server/base/db';
import { log } from '@/server/base/log';
import { readStates } from '@/server/domain/thread/read-state';
import { publish } from '@/server/realtime/bus';
import type { PersonView } from '@/shared/user';

/** Whether somebody may be called: a person (`nu`) who is in the room, as a member. */
export const mentionableSql = (roomId: string) => `exists (
    select from memberships nm where nm.room_id = ${roomId} and nm.user_id = nu.id and nm.status = 'active'
  ) and nu.deactivated_at is null`;

/** People as JSON, over `users nu`. */
export const personJson = `jsonb_build_object('id', nu.id, 'kind', nu.kind, 'name', nu.name)`;

const named = statement<PersonView>(
  'mention-people',
  `select distinct nu.id, nu.kind, nu.name from mentions n join users nu on nu.id = n.user_id
   where n.message_id = any($1::uuid[]) and n.user_id = any($2::uuid[])`,
);

/** Those of these people whom the messages, or what they answer, do call: just they may be named. */
export const mentionedIn = (
  messages: readonly { id: string; replyToId: string | null }[],
  userIds: readonly string[],
): Promise<PersonView[]> =>
  run(named, [messages.flatMap(({ id, replyToId }) => (replyToId ? [id, replyToId] : [id])), userIds]);

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
