import { run, statement } from '@/server/base/db';
import { AppError, sqlState } from '@/server/base/errors';
import { recordAudit } from '@/server/domain/room/audit';
import { changeRoom, proveMay } from '@/server/domain/room/change-room';
import { getRoom } from '@/server/domain/room/read';
import { opennessOf } from '@/server/domain/room/rights';
import type { ArchiveRoomInput, RoomView, UpdateRoomInput } from '@/shared/room';
import type { Member } from '@/shared/user';

/** An address that another room has or had is taken; one's own old one may be taken back. */
const update = statement<{ id: string }>(
  'room-update',
  `with before as (select slug from rooms where id = $1),
  freed as (delete from old_slugs where slug = $6 and room_id = $1 returning slug),
  changed as (
    update rooms r set
      name = coalesce($2, name), topic = coalesce($3, topic), slug = coalesce($6, slug),
      kind = coalesce($4::room_kind, kind), visitors = coalesce($5::visitor_policy, visitors)
    where id = $1 and not exists (select from old_slugs o where o.slug = $6 and o.room_id <> $1)
    returning r.id, r.name, r.slug
  ),
  kept as (
    insert into old_slugs (slug, room_id)
    select b.slug, c.id from before b, changed c where b.slug <> c.slug
    on conflict (slug) do update set room_id = excluded.room_id
  ),
  main as (
    update threads t set title = c.name, head_rev = head_rev + 1
    from changed c where t.room_id = c.id and t.is_main and t.title <> c.name
  )
  select id from changed`,
);
const archive = statement<unknown>(
  'room-archive',
  'update rooms set archived_at = case when $2 then coalesce(archived_at, now()) end where id = $1',
);
const isSlugTaken = () =>
  new AppError('CONFLICT', 'id_taken', 'Another room has this address. Choose a different one.');

/**
 * Changes what a room is called, where it stands and who may come in. An address that it had before
 * leads to the new one.
 * @throws {AppError} NOT_FOUND, FORBIDDEN, CONFLICT when the address is taken
 */
export async function updateRoom(viewer: Member, input: UpdateRoomInput): Promise<RoomView> {
  const { roomId, name, topic, kind, visitors, slug } = input;
  try {
    await changeRoom(viewer, { roomId }, async ({ client, room }) => {
      if (name !== undefined || topic !== undefined)
        proveMay(viewer, room, 'update', 'Only moderators can change this room.');
      if (kind !== undefined || visitors !== undefined || slug !== undefined)
        proveMay(viewer, room, 'policy', 'Only an owner can change who may come in, and the address.');
      const values = [name ?? null, topic ?? null, kind ?? null, visitors ?? null, slug ?? null];
      if (!(await run(update, [roomId, ...values], client))[0]) throw isSlugTaken();
      await recordAudit(client, {
        roomId,
        actorId: viewer.userId,
        action: 'room.update',
        details: { kind: kind ?? null, visitors: visitors ?? null, slug: slug ?? null },
      });
      const after = { kind: kind ?? room.roomKind, visitors: visitors ?? room.visitors };
      const before = { kind: room.roomKind, visitors: room.visitors };
      return { result: null, takesRights: opennessOf(after) < opennessOf(before), isNews: true };
    });
  } catch (cause) {
    throw sqlState(cause) === '23505' ? isSlugTaken() : cause;
  }
  return getRoom(viewer, { id: roomId });
}

/**
 * Closes a room for writing, for everybody, or opens it again. What was said stays to be read.
 * @throws {AppError} NOT_FOUND, FORBIDDEN for whoever is no owner
 */
export async function archiveRoom(viewer: Member, input: ArchiveRoomInput): Promise<RoomView> {
  const { roomId, isArchived } = input;
  await changeRoom(viewer, { roomId }, async ({ client, room }) => {
    proveMay(viewer, room, 'archive', 'Only an owner can archive this room.');
    await run(archive, [roomId, isArchived], client);
    if (isArchived !== (room.roomArchivedAt !== null))
      await recordAudit(client, {
        roomId,
        actorId: viewer.userId,
        action: isArchived ? 'room.archive' : 'room.unarchive',
      });
    return { result: null, takesRights: isArchived && !room.roomArchivedAt, isNews: true };
  });
  return getRoom(viewer, { id: roomId });
}
