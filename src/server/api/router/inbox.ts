import { inboxEvents } from '@/server/api/live';
import { asStream, publicProcedure, router, streamProcedure, writeProcedure } from '@/server/api/trpc';
import { listInbox, readUnread } from '@/server/domain/inbox/read';
import { markInboxRead } from '@/server/domain/inbox/write';
import { inboxEventInput } from '@/shared/event';
import { listInboxInput, markInboxReadInput, unreadInput } from '@/shared/thread';

export const inboxRouter = router({
  list: publicProcedure
    .input(listInboxInput)
    .query(({ ctx, input }) => listInbox(ctx.identity.viewer, input)),
  unread: publicProcedure
    .input(unreadInput)
    .query(({ ctx, input }) => readUnread(ctx.identity.viewer, input)),
  markRead: writeProcedure
    .input(markInboxReadInput)
    .mutation(({ ctx, input }) => markInboxRead(ctx.identity.viewer, input)),
  onEvent: streamProcedure
    .input(inboxEventInput)
    .subscription(({ ctx, input, signal, path }) =>
      asStream(ctx, path, inboxEvents(ctx, input?.tab ?? null, signal ?? new AbortController().signal)),
    ),
});
