import { publicProcedure, router } from '@/server/api/trpc';
import { providerNames } from '@/server/auth/nextauth';
import { env } from '@/server/base/env';
import { roomCreationFor } from '@/server/domain/room/write';
import { getMe } from '@/server/domain/user/profile';
import { proveInput } from '@/shared/account';
import type { SessionView } from '@/shared/user';

export const sessionRouter = router({
  /** Makes a new visitor's row, with the work that was asked for. */
  prove: publicProcedure
    .input(proveInput)
    .mutation(async ({ ctx, input }) => getMe(await ctx.identity.prove(input.proof, input.name))),
  get: publicProcedure.query(async ({ ctx: { identity } }): Promise<SessionView> => ({
    me: await getMe(identity.viewer),
    visitor: await identity.unclaimedVisitor(),
    roomCreation: roomCreationFor(identity.viewer),
    signIn: { canRegister: env().REGISTRATION === 'open', providers: providerNames() },
  })),
});
