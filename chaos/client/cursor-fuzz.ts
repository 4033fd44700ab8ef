import { now, type Probe } from '../history';
import type { Random } from '../seed';
import type { Tab } from './tab';

const passing = new Set(['SERVICE_UNAVAILABLE', 'TOO_MANY_REQUESTS']);

/**
 * Subscribes with a cursor that was never given out: the answer is a reset or a refusal of the input,
 * never a failure and never data.
 */
export function fuzzCursor(
  tab: Tab,
  { threadId, random, tell }: { threadId: string; random: Random; tell(probe: Probe): void },
): void {
  const epoch = tab.feed(threadId)?.getState().timeline?.head.cursor.split('.')[0] ?? 'e';
  const lastEventId = random.pick([
    ...['garbage', '-1', '1e30', '..', '0', '%00'],
    ...['a b', '\u0000', '💥', 'x'.repeat(65)],
    ...[`${epoch}.2147483647`, `${epoch}.-5`, `${epoch}.1e3`, `${epoch}.9999999999999`, 'otherepoch.1'],
  ]);
  const wrong = (what: string) =>
    tell({
      t: now(),
      f: 'probe',
      invariant: 'I21',
      isRight: false,
      what: `cursor ${JSON.stringify(lastEventId)}: ${what}`,
    });
  const stream = tab.trpc().thread.onEvent.subscribe(
    { threadId, lastEventId },
    {
      onData({ data }) {
        if (data.type !== 'reset') wrong(`got "${data.type}"`);
        stream.unsubscribe();
      },
      onError(cause) {
        const code = cause.data?.code;
        if (code && code !== 'BAD_REQUEST' && code !== 'NOT_FOUND' && !passing.has(code)) wrong(code);
      },
    },
  );
  setTimeout(() => stream.unsubscribe(), 5_000);
}
