import { z } from 'zod';
import { id } from '@/shared/id';
import { listSize, listSizeMax } from '@/shared/limits';
import type { People } from '@/shared/user';

/** Everything that is recorded; what moderators can read of their room. A verb that needs one adds it. */
export const auditActions = [
  'room.update',
  'room.archive',
  'room.unarchive',
  'room.lock',
  'room.unlock',
  'room.slow',
  'room.setRole',
  'room.transfer',
  'room.invite',
  'room.revoke',
  'room.remove',
  'room.mute',
  'room.unmute',
  'room.ban',
  'room.unban',
  'room.purge',
  'held.approve',
  'held.reject',
  'report.dismiss',
  'report.delete',
  'report.ban',
  'message.delete',
  'message.restore',
  'thread.update',
  'thread.delete',
] as const;
export type AuditAction = (typeof auditActions)[number];

/** Numbers, names of settings, ids: never what somebody wrote. */
export type AuditDetails = Record<string, string | number | boolean | null>;

export type AuditView = {
  id: string;
  action: AuditAction;
  /** Null when it was the server itself. */
  actorId: string | null;
  /** Whom it was done to. */
  subjectId: string | null;
  threadId: string | null;
  messageId: string | null;
  details: AuditDetails;
  createdAt: string;
};
/** Newest first. */
export type AuditPage = { entries: AuditView[]; people: People; nextCursor: string | null };

export const listAuditInput = z.strictObject({
  roomId: id,
  cursor: z.string().max(120).nullish(),
  limit: z.int().min(1).max(listSizeMax).default(listSize),
});
export type ListAuditInput = z.output<typeof listAuditInput>;
