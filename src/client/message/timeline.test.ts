import { describe, expect, it } from 'vitest';
import {
  emptyTimeline,
  messageAt,
  missingPages,
  withChildThread,
  withEvent,
  withoutFarPages,
  withPage,
  withPerson,
  type Timeline,
} from '@/client/message/timeline';
import type { MessageView } from '@/shared/message';
import type { ThreadHead } from '@/shared/thread';

const head = (seq: number, rev = seq, over: Partial<ThreadHead> = {}): ThreadHead => ({
  id: 't',
  roomId: 'r',
  title: 'Thread',
  seq,
  firstSeq: 1,
  rev,
  headRev: 0,
  cursor: `e.${rev}`,
  lastMessageAt: '2026-01-01T00:00:00.000Z',
  archivedAt: null,
  lockedAt: null,
  ...over,
});
const message = (seq: number, rev = seq, text = `Message ${seq}`): MessageView => ({
  id: `m${seq}`,
  threadId: 't',
  seq,
  rev,
  kind: 'text',
  author: { id: 'u', kind: 'visitor' },
  text,
  replyTo: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  editedAt: null,
  deletedAt: null,
  reactions: [],
  thread: null,
});
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const page = (from: number, to: number, of: ThreadHead, text?: string) => ({
  messages: range(from, to).map((seq) => message(seq, Math.min(seq, of.rev), text)),
  people: {},
  prevCursor: null,
  nextCursor: null,
  head: of,
});
const changes = (from: number, to: number, list: MessageView[], of: ThreadHead) =>
  ({ type: 'changes', from, to, changes: list, people: {}, head: of }) as const;
const must = (timeline: Timeline | null): Timeline => {
  if (!timeline) throw new Error('the event did not continue the timeline');
  return timeline;
};

describe('a timeline', () => {
  it('places messages by their place and knows which pages are missing', () => {
    const timeline = withPage(emptyTimeline(head(120)), page(71, 120, head(120)));
    expect(messageAt(timeline, 71)?.seq).toBe(71);
    expect(messageAt(timeline, 70)).toBeUndefined();
    expect(missingPages(timeline, 40, 130)).toEqual([0, 1]);
    expect(missingPages(timeline, 71, 120)).toEqual([]);
    expect(missingPages(timeline, -5, 20)).toEqual([0]);
  });

  it('asks for nothing before what retention has kept', () => {
    expect(missingPages(emptyTimeline(head(200, 200, { firstSeq: 101 })), 1, 120)).toEqual([2]);
  });

  it('leads to the same state whichever of a page and an event comes first', () => {
    const start = emptyTimeline(head(10));
    const old = page(1, 10, head(10));
    const edit = changes(10, 11, [message(3, 11, 'edited')], head(10, 11));
    const pageFirst = must(withEvent(withPage(start, old), edit));
    const eventFirst = withPage(must(withEvent(start, edit)), old);
    expect(eventFirst).toEqual(pageFirst);
    expect(messageAt(eventFirst, 3)?.text).toBe('edited');
  });

  it('keeps a newer page over an older event, and its own position', () => {
    const start = emptyTimeline(head(10));
    const fresh = withPage(start, { ...page(1, 10, head(10, 12)), messages: [message(3, 12, 'newest')] });
    const after = must(withEvent(fresh, changes(10, 11, [message(3, 11, 'older')], head(10, 11))));
    expect(messageAt(after, 3)?.text).toBe('newest');
    expect(after.rev).toBe(11);
    expect(after.head.rev).toBe(12);
  });

  it('takes an event once, skips what it has, and refuses a hole', () => {
    const start = withPage(emptyTimeline(head(2)), page(1, 2, head(2)));
    const event = changes(2, 3, [message(3)], head(3));
    const once = must(withEvent(start, event));
    expect(withEvent(once, event)).toBe(once);
    expect(once.head.seq).toBe(3);
    expect(withEvent(once, changes(4, 5, [message(5)], head(5)))).toBeNull();
    const overlapping = must(withEvent(once, changes(2, 4, [message(3), message(4)], head(4))));
    expect(overlapping.rev).toBe(4);
    expect(messageAt(overlapping, 4)?.seq).toBe(4);
  });

  it('refuses a head that lies behind it: the log is not the one it followed', () => {
    expect(withEvent(emptyTimeline(head(5)), { type: 'head', head: head(3) })).toBeNull();
  });

  it('takes title and lock by headRev, places by rev', () => {
    const start = emptyTimeline(head(5, 5, { headRev: 2, title: 'New' }));
    const after = must(
      withEvent(start, changes(5, 6, [message(6)], head(6, 6, { headRev: 1, title: 'Old' }))),
    );
    expect(after.head).toMatchObject({ seq: 6, rev: 6, title: 'New', headRev: 2 });
  });

  it('leaves untouched messages the same objects, so that their rows need no rendering', () => {
    const start = withPage(emptyTimeline(head(120)), page(1, 120, head(120)));
    const after = must(withEvent(start, changes(120, 121, [message(7, 121, 'edited')], head(120, 121))));
    const moved = range(1, 120).filter((seq) => messageAt(start, seq) !== messageAt(after, seq));
    expect(moved).toEqual([7]);
  });

  it('shows the newest card of a thread that started from a message', () => {
    const start = withPage(emptyTimeline(head(3)), page(1, 3, head(3)));
    const card = (messageCount: number) => ({
      id: 'c',
      shortId: 's',
      title: 'Child',
      messageCount,
      lastMessageAt: '2026-01-01T00:00:00.000Z',
    });
    const two = withChildThread(start, 'm2', card(2));
    expect(messageAt(two, 2)).toMatchObject({ rev: 2, thread: { messageCount: 2 } });
    expect(messageAt(two, 1)).toBe(messageAt(start, 1));
    expect(withChildThread(two, 'm2', card(1))).toBe(two);
    expect(withChildThread(start, 'elsewhere', card(1))).toBe(start);
  });

  it('forgets pages far from the one in sight', () => {
    let timeline = emptyTimeline(head(2000));
    for (let p = 0; p < 40; p++) timeline = withPage(timeline, page(p * 50 + 1, p * 50 + 50, head(2000)));
    const near = withoutFarPages(timeline, 1000, 5);
    expect([...near.pages.keys()].toSorted((a, b) => a - b)).toEqual(range(14, 24));
    expect(withoutFarPages(near, 1000, 10)).toBe(near);
  });
});

describe('a person who is called otherwise now', () => {
  const people = {
    a: { id: 'a', kind: 'registered', name: 'Ann', picture: 3 },
    v: { id: 'v', kind: 'registered', name: 'Ann', picture: 3, accountId: 'a' },
    b: { id: 'b', kind: 'visitor', name: 'Bob' },
  } as const;
  const timeline = withPage(emptyTimeline(head(1)), { ...page(1, 1, head(1)), people });

  it('is so wherever they are named, also as the visitor that they were', () => {
    expect(withPerson(timeline, { id: 'a', kind: 'registered', name: 'Anna' }).people).toEqual({
      a: { id: 'a', kind: 'registered', name: 'Anna' },
      v: { id: 'v', kind: 'registered', name: 'Anna', accountId: 'a' },
      b: people.b,
    });
  });

  it('changes nothing where nobody speaks of them', () => {
    expect(withPerson(timeline, { id: 'c', kind: 'visitor', name: 'Carol' })).toBe(timeline);
  });
});
