import { z } from 'zod';
import { id } from '@/shared/id';
import { directPeopleMax, inviteBatchMax, listSizeMax, listSize } from '@/shared/limits';
import { roomName, roomTopic, searchText } from '@/shared/text';
import type { PersonView } from '@/shared/user';

export type RoomKind = 'public' | 'private' | 'direct';
/** What visitors may do in a room. */
export type VisitorPolicy = 'none' | 'read' | 'write' | 'approve';
export type RoomRole = 'owner' | 'moderator' | 'member' | 'visitor';
/** What needs a right of its own in a room; the table of who may is `server/domain/room/rights.ts`. */
export type RoomAction =
  | 'members'
  | 'invite'
  | 'update'
  | 'policy'
  | 'remove'
  | 'moderate'
  | 'roles'
  | 'archive'
  | 'transfer'
  | 'leave';

export type RoomView = {
  id: string;
  slug: string;
  /** Of a direct room: the names of the others. */
  name: string;
  topic: string;
  kind: RoomKind;
  visitors: VisitorPolicy;
  /** The viewer's own role; null when they are no member. */
  role: RoomRole | null;
  /** What the viewer may do here beside reading and writing; none in events, which all readers share. */
  may: RoomAction[];
  /** The others of a direct room; absent in events. */
  people?: PersonView[];
  mainThreadId: string;
  lastMessageAt: string;
  archivedAt: string | null;
  lockedAt: string | null;
  slowModeMs: number;
  /** Until when the viewer may not write here; null in events. */
  mutedUntil: string | null;
};

/** A room with what is the viewer's own; shared events carry views. */
export type ListedRoom = RoomView & {
  /** At most 100. */
  unread: number;
  /** Since when the viewer wants it out of their lists. */
  hiddenAt: string | null;
};

/** One of a room's people. */
export type MemberView = { person: PersonView; role: RoomRole; joinedAt: string };
export type MemberPage = { members: MemberView[]; nextCursor: string | null };

export const slug = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$/);
const visitors = z.enum(['none', 'read', 'write', 'approve']);
const cursor = z.string().max(120).nullish();
const limit = z.int().min(1).max(listSizeMax).default(listSize);

export const listRoomsInput = z.strictObject({
  search: searchText.optional(),
  /** The rooms that lists leave out: archived ones, or those that the viewer has hidden. */
  scope: z.enum(['shown', 'archived', 'hidden']).default('shown'),
  cursor,
  limit,
});
export const getRoomInput = z.union([z.strictObject({ id }), z.strictObject({ slug })]);
export const createRoomInput = z.strictObject({
  id,
  name: roomName,
  topic: roomTopic.default(''),
  kind: z.enum(['public', 'private']),
  visitors,
});
export const updateRoomInput = z
  .strictObject({
    roomId: id,
    name: roomName.optional(),
    topic: roomTopic.optional(),
    kind: z.enum(['public', 'private']).optional(),
    visitors: visitors.optional(),
    slug: slug.optional(),
  })
  .refine((input) => Object.keys(input).length > 1, 'Say what to change.');
export const archiveRoomInput = z.strictObject({ roomId: id, isArchived: z.boolean() });
export const hideRoomInput = z.strictObject({ roomId: id, isHidden: z.boolean() });
export const roomKeyInput = z.strictObject({ roomId: id });
export const directRoomInput = z.strictObject({
  userIds: z
    .array(id)
    .min(1)
    .max(directPeopleMax - 1),
});
export const listMembersInput = z.strictObject({
  roomId: id,
  search: searchText.optional(),
  role: z.enum(['owner', 'moderator', 'member', 'visitor']).optional(),
  cursor,
  limit,
});
export const inviteMembersInput = z.strictObject({
  roomId: id,
  userIds: z.array(id).min(1).max(inviteBatchMax),
  /** Whether they see only what is written from now on. */
  hidesHistory: z.boolean().default(false),
});
export const roomPeopleInput = z.strictObject({ roomId: id, search: searchText.optional() });
export const contactsInput = z.strictObject({ search: searchText.optional() });
export const removeMemberInput = z.strictObject({ roomId: id, userId: id });
export const setRoleInput = z.strictObject({
  roomId: id,
  userId: id,
  role: z.enum(['owner', 'moderator', 'member', 'visitor']),
});

export type RoomPeopleInput = z.output<typeof roomPeopleInput>;
export type ListRoomsInput = z.output<typeof listRoomsInput>;
export type GetRoomInput = z.output<typeof getRoomInput>;
export type CreateRoomInput = z.output<typeof createRoomInput>;
export type UpdateRoomInput = z.output<typeof updateRoomInput>;
export type ArchiveRoomInput = z.output<typeof archiveRoomInput>;
export type HideRoomInput = z.output<typeof hideRoomInput>;
export type ListMembersInput = z.output<typeof listMembersInput>;
export type InviteMembersInput = z.output<typeof inviteMembersInput>;
export type ContactsInput = z.output<typeof contactsInput>;
export type MemberKeyInput = z.output<typeof removeMemberInput>;
export type SetRoleInput = z.output<typeof setRoleInput>;
