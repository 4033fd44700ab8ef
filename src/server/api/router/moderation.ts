import { publicProcedure, router, writeProcedure } from '@/server/api/trpc';
import { approveHeld, listHeld, rejectHeld } from '@/server/domain/message/held';
import { listReports, resolveReport } from '@/server/domain/message/report';
import { banAndPurge, purgeMember } from '@/server/domain/message/purge';
import { listAudit } from '@/server/domain/room/audit';
import { listBans, unbanMember } from '@/server/domain/room/ban';
import { moderateRoom } from '@/server/domain/room/moderate';
import { listQueues } from '@/server/domain/room/queue';
import { muteMember } from '@/server/domain/room/mute';
import { listAuditInput } from '@/shared/audit';
import {
  banMemberInput,
  listBansInput,
  moderateRoomInput,
  muteMemberInput,
  purgeMemberInput,
  unbanMemberInput,
} from '@/shared/moderation';
import { heldKeyInput, resolveReportInput, roomQueueInput } from '@/shared/queue';

/** Keeping order: part of `room`. */
export const moderationRouter = router({
  moderate: writeProcedure
    .input(moderateRoomInput)
    .mutation(async ({ ctx, input }) => moderateRoom(await ctx.identity.member(), input)),
  mute: writeProcedure
    .input(muteMemberInput)
    .mutation(async ({ ctx, input }) => muteMember(await ctx.identity.member(), input)),
  ban: writeProcedure
    .input(banMemberInput)
    .mutation(async ({ ctx, input }) => banAndPurge(await ctx.identity.member(), input)),
  unban: writeProcedure
    .input(unbanMemberInput)
    .mutation(async ({ ctx, input }) => unbanMember(await ctx.identity.member(), input)),
  purge: writeProcedure
    .input(purgeMemberInput)
    .mutation(async ({ ctx, input }) => purgeMember(await ctx.identity.member(), input)),
  bans: publicProcedure
    .input(listBansInput)
    .query(({ ctx, input }) => listBans(ctx.identity.viewer, input.roomId)),
  queues: publicProcedure.query(({ ctx }) => listQueues(ctx.identity.viewer)),
  held: publicProcedure
    .input(roomQueueInput)
    .query(({ ctx, input }) => listHeld(ctx.identity.viewer, input.roomId)),
  approve: writeProcedure
    .input(heldKeyInput)
    .mutation(async ({ ctx, input }) => approveHeld(await ctx.identity.member(), input)),
  reject: writeProcedure
    .input(heldKeyInput)
    .mutation(async ({ ctx, input }) => rejectHeld(await ctx.identity.member(), input)),
  reports: publicProcedure
    .input(roomQueueInput)
    .query(({ ctx, input }) => listReports(ctx.identity.viewer, input.roomId)),
  resolve: writeProcedure
    .input(resolveReportInput)
    .mutation(async ({ ctx, input }) => resolveReport(await ctx.identity.member(), input)),
  audit: publicProcedure
    .input(listAuditInput)
    .query(({ ctx, input }) => listAudit(ctx.identity.viewer, input)),
});
