import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { Breaker } from '@/server/base/breaker';
import { log } from '@/server/base/log';
import { Outage } from '@/server/base/outage';
import { connectRedis, instances } from '@/server/base/redis';
import { openSpan } from '@/server/base/tracing';
import { memoryBus, type Bus, type BusCounts, type BusEvent, type Topic } from '@/server/realtime/bus';
import { seal, unseal } from '@/server/realtime/bus-message';
import {
  busJoinMaxTopics,
  instanceCountMs,
  redisBreakerMs,
  redisPingMs,
  redisPublishMs,
  redisSubscribeMs,
} from '@/shared/limits';

const prefix = 'foyer:';
/** Every process listens to it, and so they can be counted. */
const everybody = `${prefix}instances`;

/**
 * Processes linked by Redis: one subscription per topic and process, and local readers hear of local
 * events in the same turn, whatever Redis does. Publishing never waits: without a link, or with one
 * that does not answer, events stay here, and the others find them in the database.
 */
export class RedisBus implements Bus {
  readonly counts: BusCounts = { published: 0, unpublished: 0, received: 0, refused: 0 };
  private readonly origin = randomUUID();
  private readonly local: Bus;
  private readonly wanted = new Map<Topic, number>();
  private readonly joined = new Set<Topic>();
  private isCounted = false;
  private joining: Promise<void> | undefined;
  private readonly joinListeners = new Set<(topics: Topic[]) => void>();
  private readonly publisher: Redis;
  private readonly subscriber: Redis;
  private readonly timers: NodeJS.Timeout[];
  private readonly silence = new Outage({
    onBegin: () => log().warn('the bus stops to publish: Redis does not answer'),
    onOver: () => log().warn('the bus publishes again'),
  });
  private readonly breaker = new Breaker({
    failures: 3,
    openMs: redisBreakerMs,
    onChange: (isOpen) => (isOpen ? this.silence.begin() : this.silence.end()),
  });

  constructor(url: string, onHandlerError: (cause: unknown) => void) {
    this.local = memoryBus(onHandlerError);
    this.publisher = connectRedis(url, 'publisher', redisPublishMs);
    this.subscriber = connectRedis(url, 'subscriber', redisSubscribeMs);
    this.subscriber.on('close', () => {
      this.joined.clear();
      this.isCounted = false;
    });
    this.subscriber.on('ready', () => void this.join());
    this.subscriber.on('message', (channel: string, text: string) => this.hear(channel, text));
    this.timers = [
      setInterval(() => this.probe(), redisPingMs),
      setInterval(() => void this.countInstances(), instanceCountMs),
    ];
    for (const timer of this.timers) timer.unref();
  }

  publish(topic: Topic, event: BusEvent): void {
    this.local.tell(topic, event);
    this.send(topic, event);
  }

  tell(topic: Topic, event: BusEvent): void {
    this.local.tell(topic, event);
  }

  subscribe(topic: Topic, onEvent: (event: BusEvent) => void): () => void {
    const stop = this.local.subscribe(topic, onEvent);
    const count = this.wanted.get(topic) ?? 0;
    this.wanted.set(topic, count + 1);
    if (count === 0) void this.join();
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      stop();
      const left = (this.wanted.get(topic) ?? 1) - 1;
      if (left > 0) return void this.wanted.set(topic, left);
      this.wanted.delete(topic);
      void this.join();
    };
  }

  onJoined(listener: (topics: Topic[]) => void): () => void {
    this.joinListeners.add(listener);
    return () => void this.joinListeners.delete(listener);
  }

  stand(): { kind: 'redis'; isUp: boolean } {
    const isLinked = this.publisher.status === 'ready' && this.subscriber.status === 'ready';
    return { kind: 'redis', isUp: isLinked && !this.breaker.isOpen };
  }

  async close(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    this.publisher.disconnect();
    this.subscriber.disconnect();
    await this.joining;
  }

  private send(topic: Topic, event: BusEvent): void {
    if (this.publisher.status !== 'ready' || !this.breaker.admits()) {
      this.counts.unpublished++;
      return;
    }
    const span = openSpan('bus publish', { 'messaging.system': 'redis', 'foyer.event': event.type });
    for (const text of seal(topic, this.origin, event))
      this.publisher.publish(prefix + topic, text).then(
        () => {
          this.counts.published++;
          this.breaker.succeeded();
          span?.end();
        },
        () => {
          this.counts.unpublished++;
          this.breaker.failed();
          span?.end();
        },
      );
  }

  private hear(channel: string, text: string): void {
    const topic = channel.slice(prefix.length) as Topic;
    let opened: ReturnType<typeof unseal> = null;
    try {
      opened = unseal(topic, text);
    } catch (cause) {
      log().debug({ err: cause }, 'an event that is no JSON came over the bus');
    }
    if (!opened) this.counts.refused++;
    else if (opened.origin !== this.origin) {
      this.counts.received++;
      openSpan('bus receive', { 'messaging.system': 'redis', 'foyer.event': opened.event.type })?.end();
      this.local.tell(topic, opened.event);
    }
  }

  /** Brings what Redis sends us in line with what is wanted here; one turn at a time. */
  private join(): Promise<void> {
    this.joining ??= this.joinAll().finally(() => (this.joining = undefined));
    return this.joining;
  }

  private async joinAll(): Promise<void> {
    // Topics that are asked for in one turn go out together.
    await Promise.resolve();
    try {
      if (this.subscriber.status === 'ready' && !this.isCounted) {
        await this.subscriber.subscribe(everybody);
        this.isCounted = true;
      }
      while (this.subscriber.status === 'ready') {
        const missing = [...this.wanted.keys()].filter((topic) => !this.joined.has(topic));
        const needless = [...this.joined].filter((topic) => !this.wanted.has(topic));
        if (missing.length === 0 && needless.length === 0) return;
        const more = missing.slice(0, busJoinMaxTopics);
        const less = needless.slice(0, busJoinMaxTopics);
        if (more.length > 0) {
          await this.subscriber.subscribe(...more.map((topic) => prefix + topic));
          for (const topic of more) this.joined.add(topic);
          for (const listener of this.joinListeners) listener(more);
        }
        if (less.length > 0) {
          await this.subscriber.unsubscribe(...less.map((topic) => prefix + topic));
          for (const topic of less) this.joined.delete(topic);
        }
      }
    } catch (cause) {
      log().warn({ err: cause }, 'the bus could not subscribe');
      // A new link begins from nothing, so it is known what it has.
      if (this.subscriber.status === 'ready') this.subscriber.disconnect(true);
    }
  }

  /** A link on which nothing comes any more looks alive to both ends: only an answer proves it. */
  private probe(): void {
    if (this.subscriber.status === 'ready')
      this.subscriber.ping().catch(() => {
        if (this.subscriber.status === 'ready') this.subscriber.disconnect(true);
      });
    if (this.publisher.status === 'ready' && this.breaker.isOpen && this.breaker.admits())
      this.publisher.ping().then(
        () => this.breaker.succeeded(),
        () => this.breaker.failed(),
      );
  }

  private async countInstances(): Promise<void> {
    if (!this.stand().isUp) return;
    try {
      const [, count] = (await this.publisher.pubsub('NUMSUB', everybody)) as [string, unknown];
      instances().count = Math.max(1, Number(count));
    } catch {
      this.breaker.failed();
    }
  }
}
