import type { Rig } from './rig';

/** What the instances of now say of themselves; one that was killed has taken its counts along. */
export type Metrics = {
  /** Events that stood in the loop's way, 99th percentile since last asked, milliseconds, the worst instance's. */
  loopDelayMs: number;
  /** Holes in tails that the database closed, and readers whom it brought up, over all instances. */
  repairs: number;
  replays: number;
  sockets: number;
};

/** Asks every instance that runs. */
export async function readMetrics(rig: Rig): Promise<Metrics> {
  const texts = await Promise.all(
    rig.instances
      .filter((instance) => instance.isRunning)
      .map(async ({ options }) => {
        const answer = await fetch(`http://127.0.0.1:${options.port}/api/metrics`);
        if (!answer.ok) throw new Error(`${options.name} does not tell its metrics (${answer.status}).`);
        return answer.text();
      }),
  );
  const all = (name: string) =>
    texts.map((text) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0));
  const sum = (name: string) => all(name).reduce((total, value) => total + value, 0);
  return {
    loopDelayMs: Math.round(Math.max(...all('nodejs_eventloop_lag_p99_seconds')) * 1_000),
    repairs: sum('foyer_tail_repairs_total'),
    replays: sum('foyer_stream_replays_total'),
    sockets: sum('foyer_sockets'),
  };
}
