import { createTRPCClient, httpSubscriptionLink, type TRPCClient } from '@trpc/client';
import { EventSource } from 'eventsource';
import { credentialHeaders } from '@/client/identity';
import type { AppRouter } from '@/server/api/root';

/**
 * The streams as server-sent events, for networks that let no socket through. It reads them with
 * `fetch`, because a browser's own EventSource sends no header, and the secret stands in no URL.
 */
export const eventStreamClient = (): TRPCClient<AppRouter> =>
  createTRPCClient<AppRouter>({
    links: [
      httpSubscriptionLink({
        url: '/api/trpc',
        EventSource,
        eventSourceOptions: () => ({
          fetch: (input, init) =>
            fetch(input, { ...init, headers: { ...init.headers, ...credentialHeaders() } }),
        }),
      }),
    ],
  });
