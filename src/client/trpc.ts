import {
  createTRPCClient,
  httpBatchLink,
  splitLink,
  TRPCClientError,
  wsLink,
  type TRPCClient,
  type TRPCLink,
} from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { fallbackStreams, hasSocket, openConnection } from '@/client/connection';
import { credentialHeaders } from '@/client/identity';
import { checkIdentity } from '@/client/identity-check';
import { probeSockets } from '@/client/lib/eager-socket';
import { provingLink } from '@/client/proof-of-work';
import type { AppRouter } from '@/server/api/root';
import type { ErrorData } from '@/shared/error-code';
import { callDeadlineMs, callsPerBatchMax, callUrlMaxBytes, lateAnswerMs } from '@/shared/limits';

let client: TRPCClient<AppRouter> | undefined;

/** A call that goes out on a connection which died unnoticed must end, so that it can be tried again. */
const withDeadline = (signal: AbortSignal | null): AbortSignal =>
  signal
    ? AbortSignal.any([signal, AbortSignal.timeout(callDeadlineMs)])
    : AbortSignal.timeout(callDeadlineMs);

/** An answer that is late makes the page ask whether anybody is still there. */
const probingLink: TRPCLink<AppRouter> =
  () =>
  ({ op, next }) =>
    observable((observer) => {
      const timer = op.type === 'subscription' ? undefined : setTimeout(probeSockets, lateAnswerMs);
      const subscription = next(op).subscribe(observer);
      return () => {
        clearTimeout(timer);
        subscription.unsubscribe();
      };
    });

/** An answer that was meant for somebody else: the page finds out who is here, and asks again. */
const identityLink: TRPCLink<AppRouter> =
  () =>
  ({ op, next }) =>
    observable((observer) =>
      next(op).subscribe({
        ...observer,
        error(cause) {
          if (isForSomebodyElse(callErrorOf(cause).data)) void checkIdentity().catch(() => undefined);
          observer.error(cause);
        },
      }),
    );

const isForSomebodyElse = (data: ErrorData | null) =>
  data?.reason === 'identity_changed' || data?.reason === 'identity_ended';

/** The page's client, made at the first call in a browser. Calls go over the socket while it is open. */
export function trpc(): TRPCClient<AppRouter> {
  if (typeof window === 'undefined') throw new Error('The tRPC client is for browsers.');
  client ??= createTRPCClient<AppRouter>({
    links: [
      identityLink,
      provingLink(({ proof, name }) => trpc().session.prove.mutate({ proof, name })),
      probingLink,
      splitLink({
        condition: (op) => op.type === 'subscription' || hasSocket(),
        true: wsLink({ client: openConnection() }),
        false: httpBatchLink({
          url: '/api/trpc',
          headers: credentialHeaders,
          fetch: (input, init) => fetch(input, { ...init, signal: withDeadline(init?.signal ?? null) }),
          maxItems: callsPerBatchMax,
          maxURLLength: callUrlMaxBytes,
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
  const isPassing =
    isForSomebodyElse(data) ||
    ['SERVICE_UNAVAILABLE', 'TOO_MANY_REQUESTS', 'INTERNAL_SERVER_ERROR'].includes(data.code);
  return { message: error?.message ?? '', data, isPassing };
}
