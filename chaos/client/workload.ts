import { v7 as newId } from 'uuid';
import type { MessageView, SendResult } from '@/shared/message';
import { now, shortOf, type Attempt, type Probe } from '../history';
import { hashOf, roomsIn, textOf } from '../message-row';
import { randomOf, zipf, type Random } from '../seed';
import type { Browser, OpenPage } from './browser';
import type { Crowd } from './crowd';
import { fuzzCursor } from './cursor-fuzz';
import { callDirectly } from './direct-call';
import { SharedCache } from './shared-cache';

const weights = {
  send: 60,
  edit: 10,
  remove: 5,
  react: 10,
  read: 5,
  rewatch: 3,
  repeat: 4,
  conflict: 1,
  outsider: 2,
  fuzz: 1,
  cache: 1,
  reload: 1,
  offline: 1,
};
export type Doing = keyof typeof weights;
/** How many moments are busy ones, and how many things are done in one. */
const [burstShare, burstSize] = [0.2, 8];
const emojis = ['👍', '🎉', '🤔', '❤️'];
const words = 'a room holds people who talk about things that matter to them and to nobody else'.split(' ');

/** What the people of a crowd do: drawn from the seed, as often as the rate says. */
export class Workload {
  /** How often a send past the queue is made at once, over all instances. */
  copies = 3;
  private readonly random: Random;
  private readonly cache = new SharedCache();
  private readonly counts = new Map<string, number>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly crowd: Crowd) {
    this.random = randomOf(crowd.options.seed, `workload ${crowd.options.share.index}`);
  }

  start(): void {
    const { plan, share } = this.crowd.options;
    const meanMs = (1_000 * share.of * (1 + burstShare * (burstSize - 1))) / plan.rate;
    const next = () => {
      this.timer = setTimeout(
        () => {
          this.act();
          next();
        },
        this.random.between(0, meanMs * 2),
      );
    };
    next();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  /** One moment in one thread, the popular ones more often: mostly one person does something, at times many at once. */
  private act(): void {
    const { threads } = this.crowd.options.world;
    const threadId = threads[zipf(this.random, threads.length)]?.id ?? '';
    const there = this.crowd.browsers.flatMap((browser) =>
      browser.pages.filter(({ tab }) => tab.feed(threadId)).map((opened) => ({ browser, opened, threadId })),
    );
    if (there.length === 0) return;
    const count = this.random.chance(burstShare) ? burstSize : 1;
    const busy = new Set<Browser>();
    for (let i = 0; i < count; i++) {
      const at = this.random.pick(there);
      // A person does one thing at a time.
      if (busy.has(at.browser)) continue;
      busy.add(at.browser);
      const doing = this.random.weighted<Doing>({ ...weights, ...this.crowd.options.plan.weights });
      this.do(doing, at);
    }
  }

  private do(doing: Doing, at: { browser: Browser; opened: OpenPage; threadId: string }): void {
    const { browser, opened, threadId } = at;
    const { tab, page } = opened;
    const feed = tab.feed(threadId);
    const message = this.someMessage(at);
    const own =
      message?.author.id === browser.options.person.id && message.deletedAt === null ? message : null;
    switch (doing) {
      case 'send':
        return this.send(at);
      case 'edit':
        if (own) tab.outbox.edit(threadId, own.id, this.text(browser, threadId, own.text.split(' ')[0]));
        return own ? undefined : this.send(at);
      case 'remove':
        if (own) tab.outbox.remove(threadId, own.id);
        return;
      case 'react':
        if (message && message.deletedAt === null)
          tab.outbox.react(threadId, message.id, this.random.pick(emojis), this.random.chance(0.7));
        return;
      case 'read': {
        const seq = feed?.getState().timeline?.head.seq ?? 0;
        tab
          .trpc()
          .thread.markRead.mutate({ threadId, seq })
          .catch(() => undefined);
        return;
      }
      case 'rewatch':
        return tab.watch(threadId);
      case 'repeat':
        return void this.repeat(at);
      case 'conflict':
        return own ? void this.conflict(at, own) : undefined;
      case 'outsider':
        return this.knockOutside(at);
      case 'fuzz':
        return fuzzCursor(tab, { threadId, random: this.random, tell: (probe) => this.crowd.tell(probe) });
      case 'cache':
        return void this.askThroughCache().catch(() => undefined);
      case 'reload':
        browser.close(opened);
        return void this.crowd.openTab(browser);
      case 'offline':
        page.setOnline(false);
        return void setTimeout(() => page.setOnline(true), this.random.between(500, 8_000));
    }
  }

  private send({
    browser,
    opened,
    threadId,
  }: {
    browser: Browser;
    opened: OpenPage;
    threadId: string;
  }): void {
    const [op, n] = this.nextOp(browser);
    const { ident } = browser;
    this.crowd.tell({ t: now(), f: 'queue', op, ident, thread: shortOf(threadId), n });
    opened.tab.outbox.send(threadId, this.text(browser, threadId, op));
  }

  /** The same send over several instances at once. */
  private async repeat({ browser, threadId }: { browser: Browser; threadId: string }): Promise<void> {
    const op = `${browser.ident}-r${this.count(`r ${browser.ident}`)}`;
    const input = { id: newId(), threadId, text: this.text(browser, threadId, op) };
    await Promise.all(Array.from({ length: this.copies }, (_, i) => this.past(browser, { op, input, i })));
  }

  /** Another text under the id of a message that is there. */
  private async conflict({ browser, threadId }: { browser: Browser; threadId: string }, known: MessageView) {
    const op = `${browser.ident}-x${this.count(`x ${browser.ident}`)}`;
    const input = { id: known.id, threadId, text: this.text(browser, threadId, op) };
    await this.past(browser, { op, input, i: this.random.int(9) });
  }

  private async past(
    browser: Browser,
    { op, input, i }: { op: string; input: { id: string; threadId: string; text: string }; i: number },
  ): Promise<void> {
    const { instanceUrls } = this.crowd.options;
    const attempt: Omit<Attempt, 't' | 'type'> = {
      f: 'send',
      op,
      ident: browser.ident,
      tab: `${browser.ident}.direct`,
      thread: shortOf(input.threadId),
      mid: shortOf(input.id),
      h: hashOf(input.text),
    };
    this.crowd.tell({ ...attempt, t: now(), type: 'invoke' });
    const { secret } = browser.options.person;
    const url = instanceUrls[i % instanceUrls.length] ?? '';
    const answer = await callDirectly(url, { path: 'message.send', input, secret });
    if (answer.type !== 'ok')
      return this.crowd.tell({ ...attempt, t: now(), type: answer.type, code: answer.code });
    const result = answer.data as SendResult;
    if (result.state !== 'sent') return this.crowd.tell({ ...attempt, t: now(), type: 'fail', code: 'held' });
    const { id, seq, rev } = result.message;
    this.crowd.tell({ ...attempt, t: now(), type: 'ok', mid: shortOf(id), seq, rev });
  }

  /** Asks for what the person may not know of; any answer but "there is nothing" is a leak. */
  private knockOutside({ browser, opened }: { browser: Browser; opened: OpenPage }): void {
    const { rooms, threads } = this.crowd.options.world;
    const closed = rooms.filter(
      (room) => room.isPrivate && !room.members.includes(browser.options.person.id),
    );
    const foreign = threads.filter((thread) => closed.some((room) => room.id === thread.roomId));
    if (foreign.length === 0) return;
    const { id: threadId, roomId } = this.random.pick(foreign);
    const tell = (what: string): void => {
      const probe: Probe = { t: now(), f: 'probe', invariant: 'I15', isRight: false, what };
      this.crowd.tell(probe);
    };
    const { tab } = opened;
    tab
      .trpc()
      .message.list.query({ threadId })
      .then(() => tell(`${browser.ident} could read a page of ${shortOf(threadId)}`))
      .catch(() => undefined);
    tab
      .trpc()
      .room.get.query({ id: roomId })
      .then(() => tell(`${browser.ident} could read of the room ${shortOf(roomId)}`))
      .catch(() => undefined);
    const stream = tab
      .trpc()
      .thread.onEvent.subscribe(
        { threadId },
        { onData: ({ data }) => tell(`${browser.ident} got "${data.type}" of ${shortOf(threadId)}`) },
      );
    setTimeout(() => stream.unsubscribe(), 1_000);
  }

  /** A member reads a page through a cache that an outsider uses too. */
  private async askThroughCache(): Promise<void> {
    const { rooms, threads, world, instanceUrls } = { ...this.crowd.options.world, ...this.crowd.options };
    const pages = this.crowd.pages();
    const seqOf = (id: string) =>
      Math.max(0, ...pages.map(({ tab }) => tab.feed(id)?.getState().timeline?.head.seq ?? 0));
    // A page without a message could be kept and would say nothing.
    const told = threads.filter(({ id, roomId }) => {
      const isPrivate = rooms.some((one) => one.id === roomId && one.isPrivate);
      return isPrivate && seqOf(id) > 0;
    });
    if (told.length === 0) return;
    const thread = this.random.pick(told);
    const room = rooms.find((one) => one.id === thread.roomId);
    if (!room) return;
    const people = world.people.map((person) => ({ ...person, isMember: room.members.includes(person.id) }));
    const member = this.random.pick(people.filter((person) => person.isMember));
    const outsider = people.find((person) => !person.isMember);
    if (!outsider) return;
    const input = encodeURIComponent(JSON.stringify({ threadId: thread.id }));
    const url = `${instanceUrls[0]}/api/trpc/message.list?input=${input}`;
    await this.cache.get(url, { 'x-foyer-visitor': member.secret });
    const text = await this.cache.get(url, { 'x-foyer-visitor': outsider.secret });
    if (roomsIn(text).has(shortOf(room.id)))
      this.crowd.tell({
        t: now(),
        f: 'bytes',
        ident: shortOf(outsider.id),
        channel: 'cache',
        room: shortOf(room.id),
      });
  }

  private someMessage({ opened, threadId }: { opened: OpenPage; threadId: string }): MessageView | undefined {
    const feed = opened.tab.feed(threadId);
    const last = feed?.getState().timeline?.head.seq ?? 0;
    return last > 0 ? feed?.messageAt(last - this.random.int(Math.min(30, last))) : undefined;
  }

  private nextOp(browser: Browser): [op: string, n: number] {
    const n = this.count(browser.ident);
    return [`${browser.ident}-${n}`, n];
  }

  private count(of: string): number {
    const n = (this.counts.get(of) ?? 0) + 1;
    this.counts.set(of, n);
    return n;
  }

  private text(browser: Browser, threadId: string, op = ''): string {
    const roomId = this.crowd.options.world.threads.find((thread) => thread.id === threadId)?.roomId ?? '';
    const length = this.random.chance(0.02) ? 300 : 3 + this.random.int(20);
    const filler = Array.from({ length }, () => this.random.pick(words)).join(' ');
    return textOf(op || browser.ident, shortOf(roomId), filler);
  }
}
