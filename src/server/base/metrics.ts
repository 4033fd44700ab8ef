import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { once } from '@/server/base/once';

/**
 * What this process counts, for Prometheus. Labels have few values: a procedure, a code, a kind; never
 * a person, a room or an address.
 */
export const metrics = () =>
  once('metrics', () => {
    const registry = new Registry();
    const registers = [registry];
    collectDefaultMetrics({ register: registry });
    const counter = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
      new Counter({ name, help, labelNames, registers });
    const histogram = <Label extends string>(
      name: string,
      help: string,
      { buckets, labelNames = [] }: { buckets: number[]; labelNames?: Label[] },
    ) => new Histogram({ name, help, buckets, labelNames, registers });
    return {
      registry,
      calls: histogram(
        'api_request_duration_seconds',
        'Calls by procedure, and what they were answered with.',
        {
          buckets: [0.005, 0.02, 0.1, 0.5, 1, 2, 5],
          labelNames: ['procedure', 'code'],
        },
      ),
      messages: counter('chat_messages_total', 'Messages written, by the kind of their room.', ['room']),
      threads: counter('threads_created_total', 'Threads that were started.'),
      replies: counter('thread_replies_total', 'Messages written in threads beside a room’s main one.'),
      delivery: histogram(
        'foyer_delivery_seconds',
        'From the commit of a post until its last reader was told.',
        {
          buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10],
        },
      ),
      statements: histogram('foyer_sql_seconds', 'Statements, with the wait for a connection.', {
        buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 1, 2, 5],
      }),
      repairs: counter(
        'foyer_tail_repairs_total',
        'Holes in a thread’s news that the database had to close.',
      ),
      resets: counter('foyer_stream_resets_total', 'Readers who were told to start over.'),
      replays: counter('foyer_stream_replays_total', 'Readers who were brought up from the database.'),
      limited: counter('foyer_limited_total', 'Calls refused for being too many, by limit.', ['limit']),
      logFailures: counter(
        'foyer_log_failures_total',
        'Times that the log could not be written, or lost a line.',
      ),
      unavailable: counter('foyer_pool_refusals_total', 'Statements refused because too many wait already.'),
    };
  });

/** A value that is looked up when somebody asks for it. */
export function gauge(name: string, help: string, read: () => number): void {
  const { registry } = metrics();
  if (registry.getSingleMetric(name)) return;
  registry.registerMetric(
    new Gauge({
      name,
      help,
      registers: [],
      collect() {
        this.set(read());
      },
    }),
  );
}
