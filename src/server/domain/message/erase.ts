import { inTransaction, run, statement } from '@/server/base/db';
import { againWhenBeaten } from '@/server/base/retry';
import { changeMany, publishMany } from '@/server/domain/message/change-many';
import { passRoomsOn } from '@/server/domain/room/succession';
import { proveWill } from '@/server/domain/user/account';
import { publish } from '@/server/realtime/bus';
import type { EraseInput } from '@/shared/account';
import { eraseBatch, liveMessagesMax } from '@/shared/limits';
import type { Member } from '@/shared/user';

const everybody = statement<{ id: string }>(
  'erase-ids',
  'select id from users where id = $1 or claimed_by_id = $1 order by id',
);
const written = statement<{ id: string }>(
  'erase-written',
  `select id from messages where author_id = any($1::uuid[]) and deleted_at is null order by created_at desc, id`,
);
const forgetTexts = statement<unknown>(
  'erase-texts',
  `with held as (delete from held_messages where author_id = any($2::uuid[])),
  shown as (update threads set last_message_text = '' where last_message_author_id = any($2::uuid[]))
  delete from revisions where message_id = any($1::uuid[])`,
);
const leaveRooms = statement<{ roomId: string }>(
  'erase-leave',
  `with mine as materialized (
    select room_id, user_id from memberships where user_id = any($1::uuid[]) order by room_id, user_id for update
  )
  update memberships m set status = 'left' from mine
  where m.room_id = mine.room_id and m.user_id = mine.user_id and m.status = 'active'
  returning m.room_id as "roomId"`,
);
const forget = [
  statement<unknown>('erase-sessions', 'delete from sessions where user_id = any($1::uuid[])'),
  statement<unknown>('erase-providers', 'delete from accounts where user_id = any($1::uuid[])'),
  statement<unknown>('erase-links', 'delete from one_time_links where user_id = any($1::uuid[])'),
  statement<unknown>('erase-marks', 'delete from address_marks where user_id = any($1::uuid[])'),
  statement<unknown>('erase-states', 'delete from read_states where user_id = any($1::uuid[])'),
  statement<unknown>('erase-drafts', 'delete from drafts where user_id = any($1::uuid[])'),
  statement<unknown>(
    'erase-spend',
    `insert into spent_verifiers (verifier, user_id)
     select visitor_verifier, id from users where id = any($1::uuid[]) and visitor_verifier is not null
     on conflict do nothing`,
  ),
  statement<unknown>(
    'erase-user',
    `update users set name = 'Deleted user', bio = '', picture = null, email = null, password_hash = null,
       visitor_verifier = null, recovery_verifier = null, is_admin = false, last_seen_at = null, erased_at = now()
     where id = any($1::uuid[])`,
  ),
];

/**
 * Erases a person: nobody can sign in as them, and their name, e-mail address, profile, read marks and
 * memberships are gone. Their messages stay as a deleted user's, or lose their texts, through the log and
 * in small batches, so that no thread stands still. It can be repeated when it was cut short.
 * @throws {AppError} FORBIDDEN when the proof is wrong
 */
export async function eraseUser(viewer: Member, { texts, proof }: EraseInput): Promise<void> {
  await proveWill(viewer, proof);
  await passRoomsOn(viewer, { isForGood: true });
  const ids = (await run(everybody, [viewer.userId])).map((row) => row.id);
  const messages = (await run(written, [ids])).map((row) => row.id);
  if (texts === 'remove') await removeTexts(messages, ids, viewer.userId);
  const { roomIds, moved } = await againWhenBeaten(() =>
    inTransaction(async (client) => {
      const left = await run(leaveRooms, [ids], client);
      for (const each of forget) await run(each, [ids], client);
      // Open lists hold the name as well: what may stand on a screen is brought there anew.
      const shown = messages.slice(0, liveMessagesMax);
      return {
        roomIds: left.map((row) => row.roomId),
        moved: await changeMany(client, shown, { set: '', values: [] }),
      };
    }),
  );
  for (const id of ids) publish(`user:${id}`, { type: 'identity' });
  for (const roomId of roomIds)
    publish(`user:${viewer.userId}`, { type: 'membership', roomId, status: 'left' });
  publishMany(moved);
}

async function removeTexts(messages: string[], ids: string[], userId: string): Promise<void> {
  for (let at = 0; at < messages.length; at += eraseBatch) {
    const batch = messages.slice(at, at + eraseBatch);
    const moved = await againWhenBeaten(() =>
      inTransaction(async (client) => {
        const changed = await changeMany(client, batch, {
          set: `text = '', deleted_at = coalesce(m.deleted_at, now()), deleted_by_id = $2, reactions = null`,
          values: [userId],
        });
        await run(forgetTexts, [batch, ids], client);
        return changed;
      }),
    );
    publishMany(moved);
  }
}
