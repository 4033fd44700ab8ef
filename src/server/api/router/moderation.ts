import { publicProcedure, router } from '@/server/api/trpc';
import { listAudit } from '@/server/domain/room/audit';
import { listAuditInput } from '@/shared/audit';

/** Keeping order: part of `room`. */
export const moderationRouter = router({
  audit: publicProcedure
    .input(listAuditInput)
    .query(({ ctx, input }) => listAudit(ctx.identity.viewer, input)),
});
