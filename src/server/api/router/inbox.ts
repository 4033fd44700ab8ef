import { inboxEvents } from '@/server/api/live';
import { asStream, publicProcedure, router, streamProcedure } from '@/server/api/trpc';
import { listInbox } from '@/server/domain/inbox/read';
import { inboxEventInput } from '@/shared/event';
import { listInboxInput } from '@/shared/thread';

export const inboxRouter = router({
  list: publicProcedure
    .input(listInboxInput)
    .query(({ ctx, input }) => listInbox(ctx.identity.viewer, input)),
  onEvent: streamProcedure
    .input(inboxEventInput)
    .subscription(({ ctx, signal, path }) =>
      asStream(ctx, path, inboxEvents(ctx, signal ?? new AbortController().signal)),
    ),
});
