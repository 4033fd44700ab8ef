import { threadEvents } from '@/server/api/live';
import {
  asStream,
  createProcedure,
  publicProcedure,
  router,
  streamProcedure,
  writeProcedure,
} from '@/server/api/trpc';
import { getThread, listThreads } from '@/server/domain/thread/read';
import { updateThread } from '@/server/domain/thread/update';
import { createThread } from '@/server/domain/thread/write';
import { threadEventInput } from '@/shared/event';
import { createThreadInput, getThreadInput, listThreadsInput, updateThreadInput } from '@/shared/thread';

export const threadRouter = router({
  list: publicProcedure
    .input(listThreadsInput)
    .query(({ ctx, input }) => listThreads(ctx.identity.viewer, input)),
  get: publicProcedure.input(getThreadInput).query(({ ctx, input }) => getThread(ctx.identity.viewer, input)),
  create: createProcedure
    .input(createThreadInput)
    .mutation(async ({ ctx, input }) => createThread(await ctx.identity.member(), input)),
  update: writeProcedure
    .input(updateThreadInput)
    .mutation(async ({ ctx, input }) => updateThread(await ctx.identity.member(), input)),
  onEvent: streamProcedure
    .input(threadEventInput)
    .subscription(({ ctx, input, signal, path }) =>
      asStream(ctx, path, threadEvents(ctx, input, signal ?? new AbortController().signal)),
    ),
});
