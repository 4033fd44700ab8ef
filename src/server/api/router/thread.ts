import { threadEvents } from '@/server/api/live';
import {
  asStream,
  createProcedure,
  draftProcedure,
  publicProcedure,
  router,
  searchProcedure,
  signalProcedure,
  streamProcedure,
  writeProcedure,
} from '@/server/api/trpc';
import { listDrafts, saveDraft } from '@/server/domain/thread/draft';
import { deleteThread } from '@/server/domain/thread/delete';
import { getOpenThread, listThreads } from '@/server/domain/thread/read';
import { followThread, markRead, markUnread } from '@/server/domain/thread/read-state';
import { archiveThread, updateThread } from '@/server/domain/thread/update';
import { createThread } from '@/server/domain/thread/write';
import { listReaders, markDelivered } from '@/server/domain/thread/receipts';
import { setTyping } from '@/server/domain/thread/typing';
import { listReadersInput, markDeliveredInput, setTypingInput } from '@/shared/signal';
import { saveDraftInput } from '@/shared/draft';
import { threadEventInput } from '@/shared/event';
import {
  archiveThreadInput,
  createThreadInput,
  deleteThreadInput,
  followThreadInput,
  getThreadInput,
  listThreadsInput,
  markReadInput,
  markUnreadInput,
  updateThreadInput,
} from '@/shared/thread';

export const threadRouter = router({
  list: searchProcedure
    .input(listThreadsInput)
    .query(({ ctx, input }) => listThreads(ctx.identity.viewer, input)),
  get: publicProcedure
    .input(getThreadInput)
    .query(({ ctx, input }) => getOpenThread(ctx.identity.viewer, input)),
  create: createProcedure
    .input(createThreadInput)
    .mutation(async ({ ctx, input }) => createThread(await ctx.identity.member(), input)),
  update: writeProcedure
    .input(updateThreadInput)
    .mutation(async ({ ctx, input }) => updateThread(await ctx.identity.member(), input)),
  archive: writeProcedure
    .input(archiveThreadInput)
    .mutation(async ({ ctx, input }) => archiveThread(await ctx.identity.member(), input)),
  delete: writeProcedure
    .input(deleteThreadInput)
    .mutation(async ({ ctx, input }) => deleteThread(await ctx.identity.member(), input)),
  saveDraft: draftProcedure
    .input(saveDraftInput)
    .mutation(({ ctx, input }) => saveDraft(ctx.identity.viewer, input)),
  drafts: publicProcedure.query(({ ctx }) => listDrafts(ctx.identity.viewer)),
  // Reading is no writing: these make no visitor's row and use up none of a person's writes.
  markRead: publicProcedure
    .input(markReadInput)
    .mutation(({ ctx, input }) => markRead(ctx.identity.viewer, input)),
  markUnread: publicProcedure
    .input(markUnreadInput)
    .mutation(({ ctx, input }) => markUnread(ctx.identity.viewer, input)),
  follow: publicProcedure
    .input(followThreadInput)
    .mutation(({ ctx, input }) => followThread(ctx.identity.viewer, input)),
  setTyping: signalProcedure
    .input(setTypingInput)
    .mutation(({ ctx, input }) => setTyping(ctx.identity.viewer, input)),
  markDelivered: signalProcedure
    .input(markDeliveredInput)
    .mutation(({ ctx, input }) => markDelivered(ctx.identity.viewer, input)),
  readers: publicProcedure
    .input(listReadersInput)
    .query(({ ctx, input }) => listReaders(ctx.identity.viewer, input)),
  onEvent: streamProcedure
    .input(threadEventInput)
    .subscription(({ ctx, input, signal, path }) =>
      asStream(ctx, path, threadEvents(ctx, input, signal ?? new AbortController().signal)),
    ),
});
