import { publicProcedure, router, sendProcedure } from '@/server/api/trpc';
import { getMessage, listMessages } from '@/server/domain/message/read';
import { sendMessage } from '@/server/domain/message/send';
import { getMessageInput, listMessagesInput, sendMessageInput } from '@/shared/message';

export const messageRouter = router({
  list: publicProcedure
    .input(listMessagesInput)
    .query(({ ctx, input }) => listMessages(ctx.identity.viewer, input)),
  get: publicProcedure
    .input(getMessageInput)
    .query(({ ctx, input }) => getMessage(ctx.identity.viewer, input)),
  send: sendProcedure
    .input(sendMessageInput)
    .mutation(async ({ ctx, input }) => sendMessage(await ctx.identity.member(input.name), input)),
});
