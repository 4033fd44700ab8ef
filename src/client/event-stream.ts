import { createTRPCClient, TRPCClientError, type TRPCClient, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { EventSource } from 'eventsource';
import { credentialHeaders } from '@/client/identity';
import type { AppRouter } from '@/server/api/root';
import { eventStreamQuietMs } from '@/shared/limits';

/**
 * One subscription as server-sent events. tRPC has a link for it, whose half would come with the first load
 * of everybody. It ends at the first failure: whoever reads goes on from their own cursor.
 */
const eventStreamLink: TRPCLink<AppRouter> =
  () =>
  ({ op: { path, input } }) =>
    observable((observer) => {
      const query = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
      const source = new EventSource(`/api/trpc/${path}${query}`, {
        // A browser's own EventSource sends no header, and the secret stands in no URL.
        fetch: (address, init) =>
          fetch(address, { ...init, headers: { ...init.headers, ...credentialHeaders() } }),
      });
      let timer: ReturnType<typeof setTimeout> | undefined;
      const end = () => {
        clearTimeout(timer);
        source.close();
      };
      const fail = (cause: Parameters<typeof TRPCClientError.from>[0]) => {
        end();
        observer.error(TRPCClientError.from(cause));
      };
      const hear = () => {
        clearTimeout(timer);
        timer = setTimeout(() => fail(new Error('The stream has gone silent.')), eventStreamQuietMs);
      };
      hear();
      source.addEventListener('connected', () => {
        hear();
        observer.next({ result: { type: 'started' } });
      });
      source.addEventListener('ping', hear);
      source.addEventListener('message', ({ data, lastEventId }) => {
        hear();
        observer.next({ result: { id: lastEventId, data: { id: lastEventId, data: JSON.parse(data) } } });
      });
      source.addEventListener('serialized-error', ({ data }) => fail({ error: JSON.parse(data) }));
      source.addEventListener('error', () => fail(new Error('The stream broke off.')));
      source.addEventListener('return', () => {
        end();
        observer.next({ result: { type: 'stopped' } });
        observer.complete();
      });
      return end;
    });

/** The streams for networks that let no socket through. */
export const eventStreamClient = (): TRPCClient<AppRouter> =>
  createTRPCClient<AppRouter>({ links: [eventStreamLink] });
