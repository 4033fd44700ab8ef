import { run, statement } from '@/server/base/db';
import { recordAudit } from '@/server/domain/room/audit';
import { changeRoom } from '@/server/domain/room/change-room';
import type { Member } from '@/shared/user';

/** Owners who can still act. */
const otherOwner = `exists (
  select from memberships o join users w on w.id = o.user_id
  where o.room_id = r.id and o.user_id <> $1 and o.role = 'owner' and o.status = 'active'
    and w.deactivated_at is null and w.erased_at is null)`;
const ownedAlone = statement<{ roomId: string }>(
  'succession-rooms',
  `select r.id as "roomId" from memberships m join rooms r on r.id = m.room_id
   where m.user_id = $1 and m.role = 'owner' and m.status = 'active' and r.kind <> 'direct'
     and r.archived_at is null and not ${otherOwner} order by r.id`,
);
const isAlone = statement<unknown>(
  'succession-alone',
  `select from rooms r where r.id = $2 and r.archived_at is null and not ${otherOwner}`,
);
/** Moderators first, then members; whoever has an account before a visitor, and the longest there first. */
const crown = statement<{ userId: string }>(
  'succession-crown',
  `update memberships set role = 'owner' where room_id = $2 and user_id = (
     select m.user_id from memberships m join users u on u.id = m.user_id
     where m.room_id = $2 and m.user_id <> $1 and m.status = 'active' and m.role in ('moderator', 'member')
       and u.kind in ('registered', 'visitor') and u.deactivated_at is null and u.erased_at is null
     order by m.role, u.kind = 'registered' desc, m.joined_at, m.user_id limit 1)
   returning user_id as "userId"`,
);
const archive = statement<unknown>(
  'succession-archive',
  'update rooms set archived_at = now() where id = $1',
);

/**
 * Gives every room that the viewer alone owns another owner, before they go: somebody who already belongs
 * there. Where nobody does, the room is archived when they go for good.
 */
export async function passRoomsOn(viewer: Member, { isForGood }: { isForGood: boolean }): Promise<void> {
  for (const { roomId } of await run(ownedAlone, [viewer.userId]))
    await changeRoom(viewer, { roomId }, async ({ client }) => {
      const nothing = { result: undefined, takesRights: false };
      if ((await run(isAlone, [viewer.userId, roomId], client)).length === 0) return nothing;
      const entry = { roomId, actorId: viewer.userId };
      const heir = (await run(crown, [viewer.userId, roomId], client))[0];
      if (heir) {
        await recordAudit(client, { ...entry, action: 'room.transfer', subjectId: heir.userId });
        return { ...nothing, tell: [[heir.userId, 'changed'] as const] };
      }
      if (!isForGood) return nothing;
      await run(archive, [roomId], client);
      await recordAudit(client, { ...entry, action: 'room.archive' });
      return { ...nothing, takesRights: true, isNews: true };
    });
}
