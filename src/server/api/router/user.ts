import { setPresence, watchPresence } from '@/server/api/presence';
import { publicProcedure, router, searchProcedure, signalProcedure, writeProcedure } from '@/server/api/trpc';
import * as auth from '@/server/auth/account';
import { securityEvent } from '@/server/base/security-log';
import { changePassword } from '@/server/domain/user/account';
import { getUser, searchUsers } from '@/server/domain/user/find';
import { getAccount, getMe, updateMe } from '@/server/domain/user/profile';
import { makeRecoveryCode } from '@/server/domain/user/recovery';
import { endSession, endSessions } from '@/server/domain/user/session';
import {
  changePasswordInput,
  deactivateInput,
  endSessionInput,
  eraseInput,
  getUserInput,
  recoverInput,
  registerInput,
  resetPasswordInput,
  searchUsersInput,
  updateMeInput,
  useAdminLinkInput,
} from '@/shared/account';
import { setPresenceInput, watchPresenceInput } from '@/shared/signal';

export const userRouter = router({
  me: publicProcedure.query(({ ctx }) => getMe(ctx.identity.viewer)),
  account: publicProcedure.query(async ({ ctx: { identity } }) =>
    identity.viewer.userId === null ? null : getAccount(identity.viewer, identity.session?.id ?? null),
  ),
  get: publicProcedure.input(getUserInput).query(({ ctx, input }) => getUser(ctx.identity.viewer, input.id)),
  search: searchProcedure
    .input(searchUsersInput)
    .query(({ ctx, input }) => searchUsers(ctx.identity.viewer, input.search)),
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
    .mutation(({ ctx, input }) => auth.registerAccount(ctx.identity, input)),
  claimVisitor: writeProcedure.mutation(({ ctx }) => auth.claimOwnVisitor(ctx.identity)),
  recoveryCode: writeProcedure.mutation(async ({ ctx }) => makeRecoveryCode(await ctx.identity.member())),
  recover: writeProcedure.input(recoverInput).mutation(({ ctx, input }) => auth.recover(ctx.identity, input)),
  resetPassword: writeProcedure
    .input(resetPasswordInput)
    .mutation(({ ctx, input }) => auth.resetPassword(ctx.identity, input)),
  becomeAdmin: writeProcedure
    .input(useAdminLinkInput)
    .mutation(({ ctx, input }) => auth.becomeAdmin(ctx.identity, input.token)),
  changePassword: writeProcedure.input(changePasswordInput).mutation(async ({ ctx: { identity }, input }) => {
    const { viewer, session } = identity.account();
    await auth.countGuess(identity);
    await changePassword(viewer, input, session.id);
    securityEvent('password_changed', { userId: viewer.userId, address: identity.address });
  }),
  endSession: writeProcedure.input(endSessionInput).mutation(async ({ ctx: { identity }, input }) => {
    const { userId } = identity.account().viewer;
    await endSession(userId, input.id);
    securityEvent('session_ended', { userId, address: identity.address });
  }),
  signOutEverywhere: writeProcedure.mutation(async ({ ctx: { identity } }) => {
    const { viewer } = identity.account();
    await endSessions(viewer.userId);
    securityEvent('sign_out_everywhere', { userId: viewer.userId, address: identity.address });
  }),
  erase: writeProcedure.input(eraseInput).mutation(({ ctx, input }) => auth.erase(ctx.identity, input)),
  deactivate: writeProcedure
    .input(deactivateInput)
    .mutation(({ ctx, input }) => auth.deactivate(ctx.identity, input)),
});
