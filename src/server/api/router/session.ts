import { publicProcedure, router, writeProcedure } from '@/server/api/trpc';
import { updateMeInput, type MeView, type SessionView, type Viewer } from '@/shared/user';

const meOf = (viewer: Viewer): MeView | null =>
  viewer.kind === 'stranger'
    ? null
    : { id: viewer.userId, kind: viewer.kind, name: viewer.name, isAdmin: viewer.isAdmin };

export const sessionRouter = router({
  get: publicProcedure.query(({ ctx }): SessionView => ({ me: meOf(ctx.identity.viewer) })),
});

export const userRouter = router({
  me: publicProcedure.query(({ ctx }) => meOf(ctx.identity.viewer)),
  update: writeProcedure
    .input(updateMeInput)
    .mutation(async ({ ctx, input }) => meOf(await ctx.identity.rename(input.name))),
});
