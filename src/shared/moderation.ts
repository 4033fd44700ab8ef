import { z } from 'zod';
import { id } from '@/shared/id';
import { addressBanMaxHours, muteMaxMs, purgeMaxHours, slowModeMaxMs } from '@/shared/limits';
import type { PersonView } from '@/shared/user';

export const muteMemberInput = z.strictObject({
  roomId: id,
  userId: id,
  /** 0 ends it. */
  forMs: z.int().min(0).max(muteMaxMs),
});
export const banMemberInput = z.strictObject({
  roomId: id,
  userId: id,
  /** How long no visitor from the same network may join; 0 leaves the network alone. */
  addressHours: z.int().min(0).max(addressBanMaxHours).default(0),
  /** How far back their messages are deleted; 0 leaves them. */
  purgeHours: z.int().min(0).max(purgeMaxHours).default(0),
});
export const purgeMemberInput = z.strictObject({
  roomId: id,
  userId: id,
  hours: z.int().min(1).max(purgeMaxHours),
});
export const unbanMemberInput = z.strictObject({ roomId: id, userId: id });
export const moderateRoomInput = z.strictObject({
  roomId: id,
  /** How long everybody but moderators waits between two messages; 0 ends it. */
  slowModeMs: z.int().min(0).max(slowModeMaxMs).optional(),
  /** Only moderators write in a locked room. */
  isLocked: z.boolean().optional(),
});
export const listBansInput = z.strictObject({ roomId: id });

export type MuteMemberInput = z.output<typeof muteMemberInput>;
export type BanMemberInput = z.output<typeof banMemberInput>;
export type PurgeMemberInput = z.output<typeof purgeMemberInput>;
export type UnbanMemberInput = z.output<typeof unbanMemberInput>;
export type ModerateRoomInput = z.output<typeof moderateRoomInput>;

export type MuteResult = { userId: string; mutedUntil: string | null };
/** Whether more than one call takes away is left: then it is called again. */
export type PurgeResult = { deleted: number; hasMore: boolean };
/** `isAddressBanned`: false as well when it is not known from which network they wrote. */
export type BanResult = { userId: string; isAddressBanned: boolean } & PurgeResult;
export type BanView = {
  person: PersonView;
  /** Until when visitors of their network stay out; null when they may join. */
  addressUntil: string | null;
};
