import { Child } from '../core/child';
import { Histogram } from '../core/histogram';
import type { Churned, ChurnInput } from './churn';
import type { Heard, Opened, OpenInput, Sent, SendInput } from './worker';

const lookMs = 50;
const quietMs = 3_000;
const settleMs = 20_000;

/** Readers and senders in processes of their own. */
export class Load {
  private constructor(
    private readonly readers: Child,
    private readonly senders: Child,
  ) {}

  static async start(): Promise<Load> {
    const [readers, senders] = await Promise.all([
      Child.start('bench/load/worker.ts'),
      Child.start('bench/load/worker.ts'),
    ]);
    return new Load(readers, senders);
  }

  openReaders = (input: Omit<OpenInput, 'isReader'>): Promise<Opened> =>
    this.readers.call('open', { ...input, isReader: true });

  openSenders = (input: Omit<OpenInput, 'isReader'>): Promise<Opened> =>
    this.senders.call('open', { ...input, isReader: false });

  /** The cursor that the newest event carried; null where the server has none. */
  lastEventId = (): Promise<string | null> => this.readers.call('lastEventId');

  cutReaders = (): Promise<void> => this.readers.call('close');

  churn = (input: ChurnInput): Promise<Churned> => this.readers.call('churn', input);

  stall = (count: number): Promise<void> => this.readers.call('stall', count);

  send = async (input: SendInput): Promise<Omit<Sent, 'latency'> & { latency: Histogram }> => {
    const sent = await this.senders.call<Sent>('send', input);
    return { ...sent, latency: Histogram.from(sent.latency) };
  };

  /** What readers heard since the last time; waits until nothing comes any more, or `expected` came. */
  async heard(expected: number): Promise<Omit<Heard, 'latency'> & { latency: Histogram }> {
    const deadline = Date.now() + settleMs;
    let last = -1;
    let quietSince = Date.now();
    while (Date.now() < deadline) {
      const count = await this.readers.call<number>('count');
      if (count >= expected) break;
      if (count !== last) quietSince = Date.now();
      else if (Date.now() - quietSince > quietMs) break;
      last = count;
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
    const heard = await this.readers.call<Heard>('take');
    return { ...heard, latency: Histogram.from(heard.latency) };
  }

  async close(): Promise<void> {
    await Promise.all([this.readers.call('close'), this.senders.call('close')]);
    await this.readers.call('take');
  }

  async stop(): Promise<void> {
    await Promise.all([this.readers.stop(), this.senders.stop()]);
  }
}
