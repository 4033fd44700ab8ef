import { z } from 'zod';
import { id } from '@/shared/id';
import { reportNote } from '@/shared/text';
import type { PersonView } from '@/shared/user';

/** What waits for the moderators of a room: messages to be let in, and messages that were reported. */
export type RoomQueue = { roomId: string; held: number; reports: number };

export type HeldView = {
  id: string;
  threadId: string;
  threadTitle: string;
  author: PersonView;
  text: string;
  createdAt: string;
};
/** Oldest first. `total`: how many wait altogether. */
export type HeldPage = { held: HeldView[]; total: number };

export const reportReasons = ['spam', 'abuse', 'illegal', 'private', 'other'] as const;
export type ReportReason = (typeof reportReasons)[number];

export type ReportedView = {
  message: { id: string; threadId: string; seq: number; text: string; createdAt: string };
  author: PersonView;
  /** How many people gave each reason. */
  reasons: Partial<Record<ReportReason, number>>;
  notes: { by: PersonView; note: string }[];
  firstAt: string;
};
export type ReportPage = { reported: ReportedView[]; total: number };

export const roomQueueInput = z.strictObject({ roomId: id });
export const heldKeyInput = z.strictObject({ roomId: id, id });
export const reportMessageInput = z.strictObject({
  threadId: id,
  id,
  reason: z.enum(reportReasons),
  note: reportNote.default(''),
});
export const resolveReportInput = z.strictObject({
  roomId: id,
  messageId: id,
  /** `ban`: the message goes, and who wrote it. */
  action: z.enum(['dismiss', 'delete', 'ban']),
});

export type HeldKeyInput = z.output<typeof heldKeyInput>;
export type ReportMessageInput = z.output<typeof reportMessageInput>;
export type ResolveReportInput = z.output<typeof resolveReportInput>;
