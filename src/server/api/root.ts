import { inboxRouter } from '@/server/api/router/inbox';
import { messageRouter } from '@/server/api/router/message';
import { roomRouter } from '@/server/api/router/room';
import { sessionRouter, userRouter } from '@/server/api/router/session';
import { threadRouter } from '@/server/api/router/thread';
import { router } from '@/server/api/trpc';

export const appRouter = router({
  session: sessionRouter,
  user: userRouter,
  room: roomRouter,
  thread: threadRouter,
  message: messageRouter,
  inbox: inboxRouter,
});
export type AppRouter = typeof appRouter;
