import { sqlState } from '@/server/base/errors';

const attemptsMax = 5;

/** Runs a transaction again that lost against another one (a deadlock, a serialisation failure). */
export async function againWhenBeaten<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (cause) {
      if (attempt >= attemptsMax || !/^40(P01|001)$/.test(sqlState(cause) ?? '')) throw cause;
    }
  }
}
