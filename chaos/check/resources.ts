import type { Event, Sample } from '../history';
import type { Findings } from './findings';

/** After a run has settled, an instance may hold this much more than before its load. */
export type Bounds = { rssFactor: number; rssSlackMb: number; fdSlack: number };

/** I19 and I21, and whatever a probe asked: resources, processes, complaints. */
export function checkResources(events: readonly Event[], bounds: Bounds, found: Findings): void {
  for (const event of events) {
    if (event.f === 'probe' && !event.isRight) found.add(event.invariant, event.what);
    if (event.f === 'exit' && !event.isInjected)
      found.add('I21', `${event.instance} ended by itself (${event.how})`);
    if (event.f === 'log') found.add('I21', `${event.instance} complained: ${event.line}`);
  }
  const load = events.find((event) => event.f === 'phase' && event.what === 'load')?.t ?? Infinity;
  const fault = events.find((event) => event.f === 'fault')?.t ?? -Infinity;
  const warmUntil = Math.max(load + warmUpMs, fault);
  const settled = events.find((event) => event.f === 'phase' && event.what === 'settled')?.t ?? Infinity;
  const samples = events.filter((event): event is Sample => event.f === 'sample');
  for (const instance of new Set(samples.map((sample) => sample.instance))) {
    const own = samples.filter((sample) => sample.instance === instance);
    const before = own.filter((sample) => sample.t <= warmUntil && sample.t < settled);
    const after = own.filter((sample) => sample.t >= settled);
    if (before.length === 0 || after.length === 0) continue;
    const high = (some: Sample[], value: (sample: Sample) => number) => Math.max(...some.map(value));
    const low = (some: Sample[], value: (sample: Sample) => number) => Math.min(...some.map(value));
    const rss = low(after, (sample) => sample.rssMb);
    const rssMax = high(before, (sample) => sample.rssMb) * bounds.rssFactor + bounds.rssSlackMb;
    if (rss > rssMax) found.add('I19', `${instance} holds ${rss} MB, more than ${Math.round(rssMax)} MB`);
    const fds = low(after, (sample) => sample.fds);
    const fdMax = high(before, (sample) => sample.fds) + bounds.fdSlack;
    if (fds > fdMax) found.add('I19', `${instance} holds ${fds} descriptors, more than ${fdMax}`);
  }
}

/** Code is compiled and pools are filled in the first seconds of load: that is no leak. */
const warmUpMs = 10_000;
