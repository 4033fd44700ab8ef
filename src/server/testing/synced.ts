import { expect } from 'vitest';
import { TRPCClientError } from '@trpc/client';
import { pool } from '@/server/base/db';
import { listMessages } from '@/server/domain/message/read';
import { verifierOf } from '@/server/auth/visitor-secret';
import { mintVisitor } from '@/server/domain/user/visitor';
import { eventually, type TestServer } from '@/server/testing/server';
import { randomBytes } from 'node:crypto';
import type { InboxEvent, LogEvent, ThreadEvent } from '@/shared/event';
import type { MessagePage, MessageView } from '@/shared/message';
import type { ThreadHead } from '@/shared/thread';
import type { Member, People } from '@/shared/user';

type Client = ReturnType<TestServer['openClient']>['trpc'];
type Followed<Event> = {
  events: Event[];
  /** The cursor of each event. */
  cursors: string[];
  /** The code that the stream was refused with. */
  refused?: string;
  isStopped: boolean;
  /** Resolves when the server has taken the subscription up, anew after each lost connection. */
  started(): Promise<void>;
  close(): void;
};

/** Gathers what a stream says. */
function gather<Event>(
  subscribe: (on: {
    onStarted(): void;
    onData(tracked: { id: string; data: Event }): void;
    onError(cause: unknown): void;
    onStopped(): void;
  }) => { unsubscribe(): void },
): Followed<Event> {
  let starts = 0;
  const followed: Followed<Event> = {
    events: [],
    cursors: [],
    isStopped: false,
    started: () => eventually(() => starts > 0),
    close: () => subscription.unsubscribe(),
  };
  const subscription = subscribe({
    onStarted: () => starts++,
    onData({ id, data }) {
      followed.events.push(data);
      followed.cursors.push(id);
    },
    onError(cause) {
      const data =
        cause instanceof TRPCClientError ? (cause.data as { code?: string } | undefined) : undefined;
      followed.refused = data?.code ?? String(cause);
    },
    onStopped: () => (followed.isStopped = true),
  });
  return followed;
}

export const followThread = (trpc: Client, threadId: string, lastEventId?: string) =>
  gather<ThreadEvent>((on) => trpc.thread.onEvent.subscribe({ threadId, lastEventId }, on));

export const followInbox = (trpc: Client, tab?: string) =>
  gather<InboxEvent>((on) => trpc.inbox.onEvent.subscribe(tab ? { tab } : undefined, on));

/** The changes that a stream brought, in the order they came. */
export const changesOf = (stream: { events: ThreadEvent[] }): MessageView[] =>
  stream.events.flatMap((event) => (event.type === 'changes' ? event.changes : []));

/** A visitor whose secret a test can say over a socket. */
export async function makeKnownVisitor(name = 'Otter'): Promise<{ viewer: Member; secret: string }> {
  const secret = randomBytes(32).toString('base64url');
  return { viewer: await mintVisitor(verifierOf(secret), name), secret };
}

/** Puts a person into a room that nobody can join. */
export const admit = (roomId: string, userId: string) =>
  pool().query(`insert into memberships (room_id, user_id, role) values ($1, $2, 'member')`, [
    roomId,
    userId,
  ]);

/** Everything a thread holds, as a fresh reader sees it. */
export async function readAll(viewer: Member, threadId: string): Promise<MessagePage> {
  const all = { messages: [] as MessageView[], people: {} };
  for (let cursor: number | null = 0; ;) {
    const page: MessagePage = await listMessages(viewer, {
      threadId,
      cursor,
      direction: 'forward',
      limit: 100,
    });
    all.messages.push(...page.messages);
    Object.assign(all.people, page.people);
    if (page.nextCursor === null) return { ...page, ...all };
    cursor = page.nextCursor;
  }
}

/** The browser's timeline, handed in: the server's floors know nothing of the browser. */
type Reducer<Timeline> = {
  emptyTimeline(head: ThreadHead): Timeline;
  withPage(timeline: Timeline, page: MessagePage): Timeline;
  withEvent(timeline: Timeline, event: LogEvent): Timeline | null;
  withChildThread(timeline: Timeline, messageId: string, card: NonNullable<MessageView['thread']>): Timeline;
  withoutChildThread(timeline: Timeline, messageId: string, threadId: string): Timeline;
};

/**
 * The promise of the live path: what a browser read before `work`, brought forward by what its streams
 * said, is what a fresh read gives afterwards.
 */
export async function expectSynced<Timeline extends { rev: number; head: ThreadHead; people: People }>(
  reducer: Reducer<Timeline>,
  { client, viewer, threadId }: { client: Client; viewer: Member; threadId: string },
  work: () => Promise<unknown>,
): Promise<void> {
  const stale = await readAll(viewer, threadId);
  const stream = followThread(client, threadId, stale.head.cursor);
  const inbox = followInbox(client);
  await Promise.all([stream.started(), inbox.started()]);
  await eventually(() => inbox.events.length > 0);
  await work();
  const fresh = reducer.withPage(
    reducer.emptyTimeline((await readAll(viewer, threadId)).head),
    await readAll(viewer, threadId),
  );
  const broughtForward = () => {
    let timeline = reducer.withPage(reducer.emptyTimeline(stale.head), stale);
    for (const event of stream.events) {
      if (event.type === 'typing' || event.type === 'receipts') continue;
      const next = event.type === 'reset' ? null : reducer.withEvent(timeline, event);
      if (!next) throw new Error(`The stream does not continue the timeline: ${JSON.stringify(event)}`);
      timeline = next;
    }
    for (const event of inbox.events) {
      for (const thread of event.type === 'threads' ? event.threads : [])
        if (thread.parentMessageId) {
          const { id, shortId, title, seq: messageCount, lastMessageAt } = thread;
          const card = { id, shortId, title, messageCount, lastMessageAt };
          timeline = reducer.withChildThread(timeline, thread.parentMessageId, card);
        }
      for (const { id, parentMessageId } of event.type === 'gone' ? event.threads : [])
        if (parentMessageId) timeline = reducer.withoutChildThread(timeline, parentMessageId, id);
    }
    // Who was named once stays known: what counts is that everybody who is named now is.
    const people = Object.fromEntries(Object.keys(fresh.people).map((id) => [id, timeline.people[id]]));
    return { ...timeline, people };
  };
  await expect.poll(broughtForward, { timeout: 4_000, interval: 25 }).toEqual(fresh);
  stream.close();
  inbox.close();
}
