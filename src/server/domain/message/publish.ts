import { metrics } from '@/server/base/metrics';
import type { PostedRow } from '@/server/domain/message/post-batch';
import { tellCalled } from '@/server/domain/message/mention';
import { messageOf, peopleOf } from '@/server/domain/message/view';
import { headOf, summaryOf, unprefixed } from '@/server/domain/thread/view';
import { publish, roomTopic } from '@/server/realtime/bus';
import type { People } from '@/shared/user';

/** Tells the thread's and the room's readers of posts that one statement committed. */
export function publishPosts(threadId: string, rows: PostedRow[]): void {
  const written = rows.filter((row): row is PostedRow & { seq: number } => row.seq !== null);
  const last = written.at(-1);
  if (!last) return;
  metrics().messages.inc({ room: last.roomKind }, written.length);
  if (!last.isMain) metrics().replies.inc(written.length);
  const head = unprefixed(last);
  publish(`thread:${threadId}`, {
    type: 'changes',
    batch: {
      type: 'changes',
      from: head.rev - written.length,
      to: head.rev,
      changes: written.map(messageOf),
      people: peopleOfPosts(written),
      head: headOf(head),
    },
    aclRev: last.aclRev,
  });
  publish(roomTopic({ id: head.roomId, kind: last.roomKind, visitors: last.visitors }), {
    type: 'thread',
    aclRev: last.aclRev,
    thread: summaryOf({
      ...head,
      shortId: last.shortId,
      isMain: last.isMain,
      parentMessageId: last.parentMessageId,
      roomSlug: last.roomSlug,
      roomName: last.roomName,
      roomKind: last.roomKind,
      lastText: last.text,
      lastAuthorId: last.authorId,
      lastAuthorName: last.authorName,
      lastAuthorKind: last.authorKind,
      lastNames: Object.fromEntries((last.mentioned ?? []).map(({ id, name }) => [id, name])),
    }),
  });
  tellCalled(threadId, last.called ?? []);
}

function peopleOfPosts(rows: (PostedRow & { seq: number })[]): People {
  const people = peopleOf(rows);
  for (const row of rows) for (const person of row.mentioned ?? []) people[person.id] ??= person;
  return people;
}
