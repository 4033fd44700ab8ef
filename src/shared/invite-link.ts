import { z } from 'zod';
import { id } from '@/shared/id';
import { inviteHoursMax, inviteUsesMax } from '@/shared/limits';
import type { RoomRole } from '@/shared/room';
import { personName } from '@/shared/text';

/** What a link makes of whoever joins by it; nobody becomes an owner by a link. */
export type LinkRole = Exclude<RoomRole, 'owner'>;
/** Whether a link still lets people in, and if not, why. */
export type LinkState = 'open' | 'expired' | 'revoked' | 'full' | 'archived';

/** A link as the room's moderators see it: never with its token, which nobody keeps. */
export type InviteLinkView = {
  id: string;
  role: LinkRole;
  hidesHistory: boolean;
  createdBy: { id: string; name: string };
  createdAt: string;
  expiresAt: string | null;
  usesMax: number | null;
  uses: number;
  state: LinkState;
};

/** What somebody who holds a link may know before they join. */
export type InvitationView = {
  room: { id: string; slug: string; name: string; topic: string };
  role: LinkRole;
  hidesHistory: boolean;
  invitedBy: string;
  state: LinkState;
  isMember: boolean;
};

/** 32 random bytes, as the browser of whoever makes the link draws them. */
export const linkToken = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'This is no invitation link.');

export const createLinkInput = z.strictObject({
  id,
  roomId: id,
  token: linkToken,
  role: z.enum(['moderator', 'member', 'visitor']),
  /** How long it works; null is until it is revoked. */
  hours: z.int().min(1).max(inviteHoursMax).nullable(),
  usesMax: z.int().min(1).max(inviteUsesMax).nullable(),
  hidesHistory: z.boolean().default(false),
});
export const revokeLinkInput = z.strictObject({ roomId: id, id });
export const invitationInput = z.strictObject({ token: linkToken });
export const joinRoomInput = z.union([
  z.strictObject({ roomId: id }),
  /** `name` is what to call somebody who was not known before. */
  z.strictObject({ token: linkToken, name: personName.optional() }),
]);

export type CreateLinkInput = z.output<typeof createLinkInput>;
export type RevokeLinkInput = z.output<typeof revokeLinkInput>;
