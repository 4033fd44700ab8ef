import type { MessageView } from '@/shared/message';
import type { ThreadHead } from '@/shared/thread';

/** The head of thread `t` as it stands at a revision. */
export const headAt = (rev: number, over: Partial<ThreadHead> = {}): ThreadHead => ({
  id: 't',
  roomId: 'r',
  title: 'Thread',
  seq: rev,
  firstSeq: 1,
  rev,
  headRev: 0,
  cursor: `e.${rev}`,
  lastMessageAt: '2026-01-01T00:00:00.000Z',
  archivedAt: null,
  lockedAt: null,
  ...over,
});

/** A message of thread `t` as it was written at a revision; its id is its place. */
export const changeAt = (rev: number, id = `m${rev}`): MessageView => ({
  id,
  threadId: 't',
  seq: Number(id.slice(1)),
  rev,
  kind: 'text',
  author: { id: 'u', kind: 'visitor' },
  text: `At ${rev}`,
  replyTo: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  editedAt: null,
  deletedAt: null,
  reactions: [],
  thread: null,
});
