import type { ByFault, Histogram } from './check/latency';
import { invariants } from './history';
import type { Outcome } from './run';

const number = (value: number) => value.toLocaleString('en-GB', { maximumFractionDigits: 0 });
const ms = (value: number | null) => (value === null ? '-' : `${number(value)} ms`);
const line = (histogram: Histogram) =>
  `p50 ${ms(histogram.percentile(0.5))}, p99 ${ms(histogram.percentile(0.99))}, max ${ms(histogram.max)} (${number(histogram.count)})`;

function table(title: string, { calm, faults }: ByFault, say: (text: string) => void): void {
  say(`${title}, calm: ${line(calm)}`);
  const byNumber = [...faults].toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
  for (const [id, histogram] of byNumber) say(`  ${id.padEnd(4)}${line(histogram)}`);
}

/** What a run has shown, for a terminal. */
export function printOutcome({ verdict, injections, settledAfterMs, calm }: Outcome, seed: number): void {
  const { counts, latency } = verdict;
  const say = (text: string) => console.log(text);
  say(
    `operations ${number(counts.operations)}: acknowledged ${number(counts.acknowledged)}, refused ${number(counts.refused)}, unknown ${number(counts.unknown)}`,
  );
  say(
    `deliveries expected ${number(counts.expected)}, received ${number(counts.delivered)}; resets ${counts.resets}; removals ${counts.removals}`,
  );
  say(`injections ${injections}; settled after ${ms(settledAfterMs)}`);
  if (calm)
    say(`calm: event loop p99 ${ms(calm.loopDelayMs)}, repairs ${calm.repairs}, replays ${calm.replays}`);
  table('asked to acknowledged', latency.acknowledged, say);
  table('acknowledged to applied elsewhere', latency.applied, say);
  table('connection lost to connection made', latency.back, say);
  table('network switched on to connection made', latency.reconnected, say);
  say(`what was missed meanwhile, from the connection to applied: ${line(latency.returned)}`);
  const told = verdict.removedToldMs;
  if (told.length > 0) say(`told of a removal: max ${ms(told.at(-1) ?? 0)} (${told.length})`);
  for (const [name, about] of Object.entries(invariants)) {
    const count = verdict.violations[name as keyof typeof invariants] ?? 0;
    if (count > 0) say(`${name} ${about}: ${count}`);
  }
  for (const { invariant, detail } of verdict.samples) say(`  ${invariant} ${detail}`);
  const total = Object.values(verdict.violations).reduce((sum, count) => sum + count, 0);
  say(`${total} violations (seed ${seed})`);
}
