import { z } from 'zod';
import { id } from '@/shared/id';
import { listSizeMax, listSize } from '@/shared/limits';
import { roomName, roomTopic, searchText } from '@/shared/text';

export type RoomKind = 'public' | 'private' | 'direct';
/** What visitors may do in a room. */
export type VisitorPolicy = 'none' | 'read' | 'write' | 'approve';
export type RoomRole = 'owner' | 'moderator' | 'member' | 'visitor';
/** What needs a right of its own in a room; the table of who may is `server/domain/room/rights.ts`. */
export type RoomAction =
  'members' | 'invite' | 'update' | 'policy' | 'remove' | 'moderate' | 'roles' | 'archive' | 'transfer';

export type RoomView = {
  id: string;
  slug: string;
  name: string;
  topic: string;
  kind: RoomKind;
  visitors: VisitorPolicy;
  /** The viewer's own role; null when they are no member. */
  role: RoomRole | null;
  /** What the viewer may do here beside reading and writing; none in events, which all readers share. */
  may: RoomAction[];
  mainThreadId: string;
  lastMessageAt: string;
  archivedAt: string | null;
  lockedAt: string | null;
  slowModeMs: number;
  /** Until when the viewer may not write here; null in events. */
  mutedUntil: string | null;
};

/** A room with the viewer's own number, at most 100. It is for the viewer alone: shared events carry views. */
export type ListedRoom = RoomView & { unread: number };

export const slug = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$/);

export const listRoomsInput = z.strictObject({
  search: searchText.optional(),
  cursor: z.string().max(120).nullish(),
  limit: z.int().min(1).max(listSizeMax).default(listSize),
});
export const getRoomInput = z.union([z.strictObject({ id }), z.strictObject({ slug })]);
export const createRoomInput = z.strictObject({
  id,
  name: roomName,
  topic: roomTopic.default(''),
  kind: z.enum(['public', 'private']),
  visitors: z.enum(['none', 'read', 'write', 'approve']),
});
export const joinRoomInput = z.strictObject({ roomId: id });
export const removeMemberInput = z.strictObject({ roomId: id, userId: id });

export type ListRoomsInput = z.output<typeof listRoomsInput>;
export type GetRoomInput = z.output<typeof getRoomInput>;
export type RemoveMemberInput = z.output<typeof removeMemberInput>;
export type CreateRoomInput = z.output<typeof createRoomInput>;
