import { inboxRouter } from '@/server/api/router/inbox';
import { messageRouter } from '@/server/api/router/message';
import { moderationRouter } from '@/server/api/router/moderation';
import { roomRouter } from '@/server/api/router/room';
import { sessionRouter } from '@/server/api/router/session';
import { threadRouter } from '@/server/api/router/thread';
import { userRouter } from '@/server/api/router/user';
import { mergeRouters, router } from '@/server/api/trpc';

export const appRouter = router({
  session: sessionRouter,
  user: userRouter,
  room: mergeRouters(roomRouter, moderationRouter),
  thread: threadRouter,
  message: messageRouter,
  inbox: inboxRouter,
});
export type AppRouter = typeof appRouter;
