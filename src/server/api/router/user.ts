import { setPresence, watchPresence } from '@/server/api/presence';
import { publicProcedure, router, signalProcedure, writeProcedure } from '@/server/api/trpc';
import { registerAccount } from '@/server/auth/register';
import { securityEvent } from '@/server/base/security-log';
import { changePassword, deactivateAccount } from '@/server/domain/user/account';
import { getAccount, getMe, updateMe } from '@/server/domain/user/profile';
import { endSession, endSessions } from '@/server/domain/user/session';
import {
  changePasswordInput,
  deactivateInput,
  endSessionInput,
  registerInput,
  updateMeInput,
} from '@/shared/account';
import { setPresenceInput, watchPresenceInput } from '@/shared/signal';

export const userRouter = router({
  me: publicProcedure.query(({ ctx }) => getMe(ctx.identity.viewer)),
  account: publicProcedure.query(async ({ ctx: { identity } }) =>
    identity.viewer.userId === null ? null : getAccount(identity.viewer, identity.session?.id ?? null),
  ),
  update: writeProcedure.input(updateMeInput).mutation(async ({ ctx: { identity }, input }) => {
    const { member, me } = await updateMe(await identity.member(input.name), input);
    identity.adopt(member);
    return me;
  }),
  setPresence: signalProcedure
    .input(setPresenceInput)
    .mutation(({ ctx, input }) => setPresence(ctx.identity.viewer, input)),
  watchPresence: signalProcedure
    .input(watchPresenceInput)
    .mutation(({ ctx, input }) => watchPresence(ctx.identity.viewer, input)),
  register: writeProcedure
    .input(registerInput)
    .mutation(({ ctx, input }) => registerAccount(ctx.identity, input)),
  changePassword: writeProcedure.input(changePasswordInput).mutation(async ({ ctx: { identity }, input }) => {
    const { viewer, session } = identity.account();
    await changePassword(viewer, input, session.id);
    securityEvent('password_changed', { userId: viewer.userId, address: identity.address });
  }),
  endSession: writeProcedure
    .input(endSessionInput)
    .mutation(({ ctx, input }) => endSession(ctx.identity.account().viewer.userId, input.id)),
  signOutEverywhere: writeProcedure.mutation(async ({ ctx: { identity } }) => {
    const { viewer } = identity.account();
    await endSessions(viewer.userId);
    securityEvent('sign_out_everywhere', { userId: viewer.userId, address: identity.address });
  }),
  deactivate: writeProcedure.input(deactivateInput).mutation(async ({ ctx: { identity }, input }) => {
    const { viewer } = identity.account();
    await deactivateAccount(viewer, input.proof);
    securityEvent('deactivated', { userId: viewer.userId, address: identity.address });
  }),
});
