import { z } from 'zod';
import type { BusEvent, Topic } from '@/server/realtime/bus';

/**
 * What an event from another process must look like before anybody here believes it. Fields that the
 * server decides by are checked; others pass, so that a newer process can say more.
 */
const id = z.uuid();
const count = z.int().min(0);
const positive = z.int().min(1);
const text = z.string().max(20_000);
const moment = z.iso.datetime();
const person = z.looseObject({ id, kind: z.string(), name: text });
const head = z.looseObject({
  id,
  roomId: id,
  title: text,
  seq: count,
  rev: count,
  headRev: count,
  cursor: z.string().max(64),
  lastMessageAt: moment,
  archivedAt: moment.nullable(),
  lockedAt: moment.nullable(),
});
const message = z.looseObject({
  id,
  threadId: id,
  seq: positive,
  rev: positive,
  kind: z.enum(['text', 'action', 'event']),
  author: z.looseObject({ id, kind: z.string() }),
  text,
  replyTo: z.looseObject({ id, seq: positive, authorId: id, text }).nullable(),
  createdAt: moment,
  editedAt: moment.nullable(),
  deletedAt: moment.nullable(),
  reactions: z.array(z.looseObject({ emoji: z.string().max(64), userIds: z.array(id) })),
  thread: z.looseObject({ id, title: text }).nullable(),
});
const batch = z.looseObject({
  type: z.literal('changes'),
  from: count,
  to: positive,
  changes: z.array(message),
  people: z.record(id, person),
  head,
});

/** One schema per kind of event: a kind without one cannot be published. */
const schemas: { [Type in BusEvent['type']]: z.ZodType } = {
  changes: z.looseObject({ type: z.literal('changes'), batch, aclRev: count }),
  changed: z.looseObject({ type: z.literal('changed'), rev: positive, aclRev: count }),
  head: z.looseObject({ type: z.literal('head'), head, aclRev: count }),
  thread: z.looseObject({
    type: z.literal('thread'),
    thread: head.extend({
      shortId: z.string().max(64),
      room: z.looseObject({ id }),
      lastMessage: z.looseObject({ author: person, text }).nullable(),
    }),
    aclRev: count,
  }),
  gone: z.looseObject({
    type: z.literal('gone'),
    thread: z.looseObject({ id, roomId: id, parentMessageId: id.nullable() }),
    aclRev: count,
  }),
  acl: z.looseObject({ type: z.literal('acl'), roomId: id, aclRev: count }),
  room: z.looseObject({
    type: z.literal('room'),
    room: z.looseObject({
      id,
      slug: text,
      name: text,
      topic: text,
      kind: z.enum(['public', 'private', 'direct']),
      visitors: z.enum(['none', 'read', 'write', 'approve']),
      role: z.null(),
      mainThreadId: id,
      lastMessageAt: moment,
    }),
    aclRev: count,
  }),
  'room-closed': z.looseObject({ type: z.literal('room-closed'), roomId: id }),
  person: z.looseObject({ type: z.literal('person'), person, aclRevs: z.record(id, count) }),
  membership: z.looseObject({
    type: z.literal('membership'),
    roomId: id,
    status: z.enum(['joined', 'changed', 'left', 'removed', 'banned']),
  }),
  typing: z.looseObject({
    type: z.literal('typing'),
    threadId: id,
    word: z.looseObject({ person, isTyping: z.boolean(), at: count }),
    aclRev: count,
  }),
  presence: z.looseObject({
    type: z.literal('presence'),
    from: id,
    people: z.array(
      z.looseObject({
        userId: id,
        state: z.enum(['online', 'away', 'offline']),
        lastSeenAt: moment.nullable(),
      }),
    ),
  }),
  tab: z.looseObject({ type: z.literal('tab'), tab: id, isAway: z.boolean() }),
  watch: z.looseObject({ type: z.literal('watch'), tab: id, userIds: z.array(id) }),
  receipts: z.looseObject({ type: z.literal('receipts'), threadId: id }),
  sharing: z.looseObject({
    type: z.literal('sharing'),
    userId: id,
    sharing: z.looseObject({
      showsReceipts: z.boolean(),
      showsTyping: z.boolean(),
      showsPresence: z.boolean(),
    }),
  }),
  held: z.looseObject({ type: z.literal('held'), threadId: id, messageId: id }),
  queue: z.looseObject({ type: z.literal('queue'), roomId: id, held: count, reports: count }),
  draft: z.looseObject({
    type: z.literal('draft'),
    draft: z.looseObject({ threadId: id, text, version: positive }),
  }),
  read: z.looseObject({
    type: z.literal('read'),
    states: z.array(
      z.looseObject({
        threadId: id,
        lastReadSeq: count,
        markVersion: count,
        following: z.boolean(),
        muted: z.boolean(),
        unread: count,
        mentions: count,
      }),
    ),
  }),
  identity: z.looseObject({ type: z.literal('identity') }),
};

const isKnown = (type: unknown): type is BusEvent['type'] =>
  typeof type === 'string' && Object.hasOwn(schemas, type);

/** Whether the event speaks of what its topic is about: news of one room must not come out in another. */
function belongs(topic: Topic, event: BusEvent): boolean {
  switch (event.type) {
    case 'changes': {
      const { head: now, changes, from, to } = event.batch;
      return (
        topic === `thread:${now.id}` &&
        now.rev === to &&
        from < to &&
        changes.every(({ threadId, rev }) => threadId === now.id && rev > from && rev <= to)
      );
    }
    case 'head':
      return topic === `thread:${event.head.id}`;
    case 'thread':
      return isRoomTopic(topic, event.thread.roomId) && event.thread.room.id === event.thread.roomId;
    case 'gone':
      return topic === `thread:${event.thread.id}` || isRoomTopic(topic, event.thread.roomId);
    case 'acl':
      return topic === `acl:${event.roomId}`;
    case 'room':
      return isRoomTopic(topic, event.room.id);
    case 'person':
      return Object.keys(event.aclRevs).every((roomId) => isRoomTopic(topic, roomId));
    case 'membership':
    case 'draft':
    case 'held':
    case 'queue':
    case 'read':
    case 'identity':
    case 'tab':
    case 'watch':
      return topic.startsWith('user:');
    case 'typing':
    case 'receipts':
      return topic === `thread:${event.threadId}`;
    case 'presence':
      return topic === 'people';
    case 'sharing':
      return topic === 'people' || topic === `user:${event.userId}`;
    default:
      return true;
  }
}

const isRoomTopic = (topic: Topic, roomId: string): boolean =>
  topic === 'public' || topic === 'members' || topic === `room:${roomId}`;

/** @returns null for anything that is no event of this topic */
export function parseBusEvent(topic: Topic, value: unknown): BusEvent | null {
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : null;
  if (!isKnown(type)) return null;
  const parsed = schemas[type].safeParse(value);
  if (!parsed.success) return null;
  const event = parsed.data as BusEvent;
  return belongs(topic, event) ? event : null;
}
