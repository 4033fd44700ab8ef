import { TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { visitorName } from '@/client/identity';
import type { AppRouter } from '@/server/api/root';
import type { ErrorData } from '@/shared/error-code';

/** Work that is done sooner is not worth a word. */
const quietMs = 300;

let working: Promise<void> | null = null;
let isTold = false;
const listeners = new Set<() => void>();
function tell(isNow: boolean): void {
  if (isTold === isNow) return;
  isTold = isNow;
  for (const listener of listeners) listener();
}

/** Whether this browser is at work to show that it is no robot, for long enough to say so. */
export const isProving = (): boolean => isTold;
export function onProving(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

type Hand = (input: { proof: string; name: string }) => Promise<unknown>;

async function work(challenge: string, hand: Hand): Promise<void> {
  const timer = setTimeout(() => tell(true), quietMs);
  try {
    const { solve } = await import('@/client/solve-challenge');
    await hand({ proof: await solve(challenge), name: visitorName() });
  } finally {
    clearTimeout(timer);
    tell(false);
    working = null;
  }
}

function challengeOf(cause: unknown): string | null {
  if (!(cause instanceof TRPCClientError)) return null;
  const data = (cause as TRPCClientError<AppRouter>).data as ErrorData | null | undefined;
  return data?.reason === 'proof_of_work' ? (data.challenge ?? null) : null;
}

/**
 * Where the server wants a new visitor to work for it, does so once for all calls that wait, and makes
 * each call again.
 */
export const provingLink =
  (hand: Hand): TRPCLink<AppRouter> =>
  () =>
  ({ op, next }) =>
    observable((observer) => {
      let isClosed = false;
      const again = async (done: Promise<void>, cause: TRPCClientError<AppRouter>) => {
        try {
          await done;
        } catch (failure) {
          return observer.error(
            failure instanceof TRPCClientError ? (failure as TRPCClientError<AppRouter>) : cause,
          );
        }
        if (!isClosed) current = next(op).subscribe(observer);
      };
      let current = next(op).subscribe({
        ...observer,
        error(cause) {
          const challenge = challengeOf(cause);
          if (challenge === null) return observer.error(cause);
          working ??= work(challenge, hand);
          void again(working, cause);
        },
      });
      return () => {
        isClosed = true;
        current.unsubscribe();
      };
    });
