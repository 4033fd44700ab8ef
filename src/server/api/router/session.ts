import { publicProcedure, router, writeProcedure } from '@/server/api/trpc';
import { readSharing, updateSharing } from '@/server/domain/user/sharing';
import { proveInput, updateMeInput, type MeView, type SessionView, type Viewer } from '@/shared/user';

const meOf = async (viewer: Viewer): Promise<MeView | null> =>
  viewer.kind === 'stranger'
    ? null
    : {
        id: viewer.userId,
        kind: viewer.kind,
        name: viewer.name,
        isAdmin: viewer.isAdmin,
        ...(await readSharing(viewer.userId)),
      };

export const sessionRouter = router({
  /** Makes a new visitor's row, with the work that was asked for. */
  prove: publicProcedure
    .input(proveInput)
    .mutation(async ({ ctx, input }) => meOf(await ctx.identity.prove(input.proof, input.name))),
  get: publicProcedure.query(async ({ ctx }): Promise<SessionView> => ({
    me: await meOf(ctx.identity.viewer),
  })),
});

export const userRouter = router({
  me: publicProcedure.query(({ ctx }) => meOf(ctx.identity.viewer)),
  update: writeProcedure.input(updateMeInput).mutation(async ({ ctx, input: { name, ...sharing } }) => {
    const me = name === undefined ? await ctx.identity.member() : await ctx.identity.rename(name);
    if (Object.keys(sharing).length > 0) await updateSharing(me, sharing);
    return meOf(me);
  }),
});
