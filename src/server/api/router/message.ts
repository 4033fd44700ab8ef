import {
  editProcedure,
  publicProcedure,
  reactProcedure,
  reportProcedure,
  router,
  sendProcedure,
  writeProcedure,
} from '@/server/api/trpc';
import { deleteMessage, restoreMessage } from '@/server/domain/message/delete';
import { editMessage } from '@/server/domain/message/edit';
import { messageHistory } from '@/server/domain/message/history';
import { reactToMessage } from '@/server/domain/message/react';
import { getMessage, listMessages } from '@/server/domain/message/read';
import { reportMessage } from '@/server/domain/message/report';
import { sendMessage } from '@/server/domain/message/send';
import {
  editMessageInput,
  listMessagesInput,
  messageKeyInput,
  reactInput,
  sendMessageInput,
} from '@/shared/message';
import { reportMessageInput } from '@/shared/queue';

export const messageRouter = router({
  list: publicProcedure
    .input(listMessagesInput)
    .query(({ ctx, input }) => listMessages(ctx.identity.viewer, input)),
  get: publicProcedure
    .input(messageKeyInput)
    .query(({ ctx, input }) => getMessage(ctx.identity.viewer, input)),
  history: publicProcedure
    .input(messageKeyInput)
    .query(({ ctx, input }) => messageHistory(ctx.identity.viewer, input)),
  send: sendProcedure
    .input(sendMessageInput)
    .mutation(async ({ ctx, input }) => sendMessage(await ctx.identity.member(input.name), input)),
  edit: editProcedure
    .input(editMessageInput)
    .mutation(async ({ ctx, input }) => editMessage(await ctx.identity.member(), input)),
  delete: writeProcedure
    .input(messageKeyInput)
    .mutation(async ({ ctx, input }) => deleteMessage(await ctx.identity.member(), input)),
  restore: writeProcedure
    .input(messageKeyInput)
    .mutation(async ({ ctx, input }) => restoreMessage(await ctx.identity.member(), input)),
  report: reportProcedure
    .input(reportMessageInput)
    .mutation(async ({ ctx, input }) => reportMessage(await ctx.identity.member(), input)),
  react: reactProcedure
    .input(reactInput)
    .mutation(async ({ ctx, input: { name, ...input } }) =>
      reactToMessage(await ctx.identity.member(name), input),
    ),
});
