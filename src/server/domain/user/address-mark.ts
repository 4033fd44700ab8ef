import { run, statement } from '@/server/base/db';
import { addressMarkDays } from '@/shared/limits';

const mark = statement<unknown>(
  'address-mark',
  `with old as (
    delete from address_marks where user_id in (
      select user_id from address_marks where seen_at < now() - ${addressMarkDays} * interval '1 day'
        and user_id <> $1 limit 20 for update skip locked
    )
  )
  insert into address_marks (user_id, prefix_hash) values ($1, $2)
  on conflict (user_id) do update set prefix_hash = excluded.prefix_hash, seen_at = now()`,
);

/**
 * Notes from which network a person writes, so that a moderator can shut it out of a room.
 * @param prefixHash a keyed hash: the address itself is stored nowhere
 */
export async function markAddress(userId: string, prefixHash: Buffer): Promise<void> {
  await run(mark, [userId, prefixHash]);
}
