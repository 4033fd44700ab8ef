import { now, shortOf } from './history';
import type { Rig } from './rig';

/**
 * Takes a person out of a room, or lets them in again, in the database alone: no process is told of it, as
 * when every message between processes is lost. The locks are those of the product's own removal, so the
 * marks say exactly what was committed before it and what after.
 */
export async function changeRight(
  rig: Rig,
  what: 'revoke' | 'grant',
  { ident, roomId }: { ident: string; roomId: string },
): Promise<void> {
  const t0 = now();
  const client = await rig.admin.connect();
  try {
    await client.query('begin');
    await client.query('select from rooms where id = $1 for no key update', [roomId]);
    await client.query('update memberships set status = $3 where room_id = $1 and user_id = $2', [
      roomId,
      ident,
      what === 'revoke' ? 'removed' : 'active',
    ]);
    if (what === 'revoke')
      await client.query('update rooms set acl_rev = acl_rev + 1 where id = $1', [roomId]);
    const { rows } = await client.query<{ id: string; rev: number; seq: number }>(
      'select id, rev, seq from threads where room_id = $1',
      [roomId],
    );
    await client.query('commit');
    client.release();
    const marks = Object.fromEntries(
      rows.map(({ id, rev, seq }): [string, [number, number]] => [shortOf(id), [rev, seq]]),
    );
    const key = `${shortOf(ident)} ${shortOf(roomId)}`;
    if (what === 'revoke') rig.shut.add(key);
    else rig.shut.delete(key);
    rig.tell({ t: now(), t0, f: 'acl', what, ident: shortOf(ident), room: shortOf(roomId), marks });
  } catch (cause) {
    client.release(true);
    throw cause;
  }
}
