import type { PoolClient } from 'pg';
import { run, statement } from '@/server/base/db';
import { AppError } from '@/server/base/errors';
import { publish } from '@/server/realtime/bus';
import type { Member } from '@/shared/user';

/**
 * Whether a moderator has shut out the network that a visitor writes from, in SQL. Accounts pass: a network
 * is shared by many, and an account can be banned itself.
 * @param user expressions that give the person's id, and the room's
 */
export const shutOutSql = (user: string, room: string): string =>
  `exists (select from address_marks a join address_bans b on b.prefix_hash = a.prefix_hash
     where a.user_id = ${user} and b.room_id = ${room} and b.until > now())`;

export const networkShutOut = () =>
  new AppError('FORBIDDEN', 'banned', 'A moderator has closed this room to visitors of your network.');

const join = statement<{ role: string }>(
  'membership-join',
  `with room as materialized (
    select id from rooms where id = $1 and archived_at is null
      and ($3 <> 'visitor' or not ${shutOutSql('$2', '$1')}) for share
  ),
  joined as (
    insert into memberships (room_id, user_id, role)
    select id, $2, $3::room_role from room
    on conflict (room_id, user_id) do update set status = 'active', hidden_at = null,
      joined_at = case when memberships.status = 'active' then memberships.joined_at else now() end,
      role = case when memberships.status = 'active' then memberships.role else excluded.role end
      where memberships.status <> 'banned' and (memberships.status <> 'removed' or $4)
    returning role
  ),
  main as (
    insert into read_states (user_id, thread_id, last_read_seq, following)
    select $2, t.id, t.seq, true from threads t, joined where t.room_id = $1 and t.is_main
    on conflict (user_id, thread_id) do update set following = true,
      last_read_seq = greatest(read_states.last_read_seq, excluded.last_read_seq)
      where read_states.following is null
  )
  select role::text from joined`,
);

/**
 * Makes the viewer an active member; whoever was one before begins anew, without the role they had.
 * Repeating it changes nothing.
 * @param options.isExplicit asked for by the person, so that a removal is mended
 * @throws {AppError} FORBIDDEN when a ban or a removal stands against it, or the room is archived
 */
export async function joinRoom(
  viewer: Member,
  roomId: string,
  options: { isExplicit: boolean; client?: PoolClient },
): Promise<void> {
  const role = viewer.kind === 'visitor' ? 'visitor' : 'member';
  const rows = await run(join, [roomId, viewer.userId, role, options.isExplicit], options.client);
  if (!rows[0]) throw new AppError('FORBIDDEN', 'not_member', 'You cannot join this room.');
  publish(`user:${viewer.userId}`, { type: 'membership', roomId, status: 'joined' });
}
