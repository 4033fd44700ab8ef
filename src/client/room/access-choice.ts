import type { RoomView, VisitorPolicy } from '@/shared/room';

/** Who may come in, as one choice of the kind of room and what visitors may do in it. */
export type RoomAccess = VisitorPolicy | 'private';
export const accesses: { value: RoomAccess; label: string; hint: string }[] = [
  { value: 'write', label: 'Open', hint: 'Everyone with the link reads and writes, without an account.' },
  { value: 'approve', label: 'Reviewed', hint: 'A visitor’s first message waits for a moderator.' },
  { value: 'read', label: 'Readable', hint: 'Everyone with the link reads, members write.' },
  { value: 'none', label: 'Members', hint: 'Whoever has an account may join.' },
  { value: 'private', label: 'Private', hint: 'Only its members know of it.' },
];

export const accessOf = (room: RoomView): RoomAccess => (room.kind === 'public' ? room.visitors : 'private');

export const policyOf = (access: RoomAccess) =>
  access === 'private'
    ? ({ kind: 'private', visitors: 'none' } as const)
    : ({ kind: 'public', visitors: access } as const);
