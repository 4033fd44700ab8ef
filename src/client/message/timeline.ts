import type { LogEvent } from '@/shared/event';
import { pageSize, previewMaxChars } from '@/shared/limits';
import type { MessagePage, MessageView } from '@/shared/message';
import type { ThreadHead } from '@/shared/thread';
import type { People, PersonView } from '@/shared/user';

type Page = readonly (MessageView | undefined)[];

/**
 * What a browser holds of a thread: messages by place, in pages on fixed borders (1-50, 51-100, ...).
 * A slot is filled by whichever state has the higher `rev`, so pages and events may come in any order
 * and lead to the same timeline; nothing is ever sorted.
 */
export type Timeline = {
  readonly head: ThreadHead;
  /** The rev that the stream has brought this timeline to. */
  readonly rev: number;
  readonly pages: ReadonlyMap<number, Page>;
  readonly people: People;
};

export const pageOf = (seq: number): number => Math.floor((seq - 1) / pageSize);

export const emptyTimeline = (head: ThreadHead): Timeline => ({
  head,
  rev: head.rev,
  pages: new Map(),
  people: {},
});

/** The message at a place; undefined when it is not loaded. */
export const messageAt = (timeline: Timeline, seq: number): MessageView | undefined =>
  timeline.pages.get(pageOf(seq))?.[(seq - 1) % pageSize];

/** The pages of this range, both ends included, that have an empty slot in it. */
export function missingPages(timeline: Timeline, fromSeq: number, toSeq: number): number[] {
  const missing: number[] = [];
  const last = Math.min(toSeq, timeline.head.seq);
  for (let seq = Math.max(fromSeq, timeline.head.firstSeq); seq <= last; seq++) {
    if (messageAt(timeline, seq)) continue;
    missing.push(pageOf(seq));
    seq = (pageOf(seq) + 1) * pageSize;
  }
  return missing;
}

/** A page that was read, at whatever moment. The stream's position is not touched by it. */
export const withPage = (timeline: Timeline, page: MessagePage): Timeline => ({
  ...timeline,
  head: newerHead(timeline.head, page.head),
  pages: place(timeline.pages, page.messages),
  people: { ...timeline.people, ...page.people },
});

/**
 * An event of the stream.
 * @returns null when it does not continue this timeline, which then has to be read again
 */
export function withEvent(timeline: Timeline, event: LogEvent): Timeline | null {
  if (event.type === 'head') {
    if (event.head.rev < timeline.rev) return null;
    return { ...timeline, head: newerHead(timeline.head, event.head) };
  }
  if (event.from > timeline.rev) return null;
  if (event.to <= timeline.rev) return timeline;
  return {
    head: newerHead(timeline.head, event.head),
    rev: event.to,
    pages: requote(place(timeline.pages, event.changes), event.changes),
    people: { ...timeline.people, ...event.people },
  };
}

/**
 * News of a thread that started from one of these messages. It is no part of the log: an older card
 * never replaces a newer one, and nothing else of the message changes.
 */
export function withChildThread(
  timeline: Timeline,
  messageId: string,
  card: NonNullable<MessageView['thread']>,
): Timeline {
  for (const [number, page] of timeline.pages) {
    const slot = page.findIndex((message) => message?.id === messageId);
    const message = page[slot];
    if (!message) continue;
    if (message.thread && message.thread.messageCount > card.messageCount) return timeline;
    const changed = page.slice();
    changed[slot] = { ...message, thread: card };
    return { ...timeline, pages: new Map(timeline.pages).set(number, changed) };
  }
  return timeline;
}

/** The thread that had started from this message was deleted. */
export function withoutChildThread(timeline: Timeline, messageId: string, threadId: string): Timeline {
  for (const [number, page] of timeline.pages) {
    const slot = page.findIndex((message) => message?.id === messageId);
    const message = page[slot];
    if (message?.thread?.id !== threadId) continue;
    const changed = page.slice();
    changed[slot] = { ...message, thread: null };
    return { ...timeline, pages: new Map(timeline.pages).set(number, changed) };
  }
  return timeline;
}

/** Somebody is called or looks otherwise now, also where they are named as the visitor that they were. */
export function withPerson(timeline: Timeline, person: PersonView): Timeline {
  const changed = Object.entries(timeline.people).filter(
    ([id, { accountId }]) => (accountId ?? id) === person.id,
  );
  if (changed.length === 0) return timeline;
  const people = changed.map(([id, { accountId }]) => [
    id,
    { ...person, id, ...(accountId && { accountId }) },
  ]);
  return { ...timeline, people: { ...timeline.people, ...Object.fromEntries(people) } };
}

/** Forgets the pages that are further than `keep` pages from the one in sight. */
export function withoutFarPages(timeline: Timeline, nearSeq: number, keep: number): Timeline {
  if (timeline.pages.size <= keep * 2) return timeline;
  const centre = pageOf(nearSeq);
  const pages = new Map([...timeline.pages].filter(([page]) => Math.abs(page - centre) <= keep));
  return { ...timeline, pages };
}

function place(
  pages: ReadonlyMap<number, Page>,
  messages: readonly MessageView[],
): ReadonlyMap<number, Page> {
  if (messages.length === 0) return pages;
  const next = new Map(pages);
  const touched = new Map<number, (MessageView | undefined)[]>();
  for (const message of messages) {
    const number = pageOf(message.seq);
    let page = touched.get(number);
    if (!page) {
      page = next.get(number)?.slice() ?? Array.from<undefined>({ length: pageSize });
      touched.set(number, page);
      next.set(number, page);
    }
    const slot = (message.seq - 1) % pageSize;
    const known = page[slot];
    if (!known || known.rev < message.rev) page[slot] = message;
  }
  return next;
}

/** Replies quote what they answer: a changed or deleted message changes in its quotes as well. */
function requote(
  pages: ReadonlyMap<number, Page>,
  changes: readonly MessageView[],
): ReadonlyMap<number, Page> {
  const changed = new Map(changes.map((change) => [change.id, change]));
  const next = new Map<number, (MessageView | undefined)[]>();
  for (const [number, page] of pages)
    page.forEach((message, slot) => {
      const quoted = message?.replyTo && changed.get(message.replyTo.id);
      if (!message?.replyTo || !quoted) return;
      const { text, deletedAt } = { text: quoteOf(quoted.text), deletedAt: quoted.deletedAt };
      if (message.replyTo.text === text && message.replyTo.deletedAt === deletedAt) return;
      const copy = next.get(number) ?? page.slice();
      copy[slot] = { ...message, replyTo: { ...message.replyTo, text, deletedAt } };
      next.set(number, copy);
    });
  return next.size === 0 ? pages : new Map([...pages, ...next]);
}

const quoteOf = (text: string): string => [...text].slice(0, previewMaxChars).join('');

/** `rev` and `headRev` move on their own: each part comes from whichever head has more of it. */
function newerHead(a: ThreadHead, b: ThreadHead): ThreadHead {
  const log = b.rev >= a.rev ? b : a;
  const own = b.headRev >= a.headRev ? b : a;
  return log === own
    ? log
    : { ...log, title: own.title, archivedAt: own.archivedAt, lockedAt: own.lockedAt, headRev: own.headRev };
}
