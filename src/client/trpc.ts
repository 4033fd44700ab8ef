import {
  createTRPCClient,
  httpBatchLink,
  splitLink,
  TRPCClientError,
  wsLink,
  type TRPCClient,
} from '@trpc/client';
import { fallbackStreams, hasSocket, openConnection } from '@/client/connection';
import { visitorSecret } from '@/client/identity';
import type { AppRouter } from '@/server/api/root';
import type { ErrorData } from '@/shared/error-code';
import { callsPerBatchMax } from '@/shared/limits';

let client: TRPCClient<AppRouter> | undefined;

/** The page's client, made at the first call in a browser. Calls go over the socket while it is open. */
export function trpc(): TRPCClient<AppRouter> {
  if (typeof window === 'undefined') throw new Error('The tRPC client is for browsers.');
  client ??= createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (op) => op.type === 'subscription' || hasSocket(),
        true: wsLink({ client: openConnection() }),
        false: httpBatchLink({
          url: '/api/trpc',
          headers: () => ({ 'x-foyer-visitor': visitorSecret() }),
          maxItems: callsPerBatchMax,
          maxURLLength: 2_000,
        }),
      }),
    ],
  });
  return client;
}

/** The client for streams: the socket's, or the fallback's where no socket gets through. */
export const streams = (): TRPCClient<AppRouter> => {
  const bySocket = trpc();
  return fallbackStreams() ?? bySocket;
};

/** What went wrong, as a person can read it. */
export type CallError = { message: string; data: ErrorData | null; isPassing: boolean };

/** Failures of the link, of a busy or absent server, and limits pass; the rest will not get better. */
export function callErrorOf(cause: unknown): CallError {
  const error = cause instanceof TRPCClientError ? (cause as TRPCClientError<AppRouter>) : null;
  const data = (error?.data as ErrorData | null | undefined) ?? null;
  if (!data)
    return {
      message: 'The server cannot be reached. This will be tried again.',
      data: null,
      isPassing: true,
    };
  const isPassing = ['SERVICE_UNAVAILABLE', 'TOO_MANY_REQUESTS', 'INTERNAL_SERVER_ERROR'].includes(data.code);
  return { message: error?.message ?? '', data, isPassing };
}
