import { unreadMax } from '@/shared/unread';
import type { Viewer } from '@/shared/user';

type Person = { id: string; name: string; kind: 'registered' | 'visitor'; claimedById: string | null };
type Room = {
  id: string;
  kind: 'public' | 'private' | 'direct';
  visitors: 'none' | 'read' | 'write' | 'approve';
  archivedAt: Date | null;
};
type Membership = {
  roomId: string;
  userId: string;
  status: 'active' | 'left' | 'removed' | 'banned';
  joinedAt: Date;
  historyFrom: Date | null;
  hiddenAt: Date | null;
};
type Thread = {
  id: string;
  roomId: string;
  isMain: boolean;
  seq: number;
  lastMessageAt: Date;
  archivedAt: Date | null;
};
type Message = {
  id: string;
  threadId: string;
  seq: number;
  authorId: string;
  kind: 'text' | 'action' | 'event';
  createdAt: Date;
  deletedAt: Date | null;
};
type State = {
  userId: string;
  threadId: string;
  lastReadSeq: number;
  following: boolean | null;
  muted: boolean;
};
export type World = {
  users: Person[];
  rooms: Room[];
  memberships: Membership[];
  threads: Thread[];
  messages: Message[];
  mentions: { messageId: string; userId: string; threadId: string; seq: number }[];
  states: State[];
};
type ReadState = { lastReadSeq: number | null; following: boolean; unread: number; mentions: number };

/** Latest first; ids decide between equals. */
const byActivity = <T extends { id: string; lastMessageAt: Date }>(rows: T[]): T[] =>
  rows.toSorted((a, b) => Number(b.lastMessageAt) - Number(a.lastMessageAt) || (a.id < b.id ? 1 : -1));

/** What lists show, once more in plain code, for one viewer; `world` is what the tables hold. */
export class ListModel {
  private readonly memberships = new Map<string, Membership>();
  private readonly states = new Map<string, State>();
  private readonly rooms = new Map<string, Room>();
  private readonly messages = new Map<string, Message[]>();
  private readonly own: Set<string | null>;

  constructor(
    private readonly world: World,
    private readonly viewer: Viewer,
  ) {
    for (const room of world.rooms) this.rooms.set(room.id, room);
    for (const each of world.memberships)
      if (each.userId === viewer.userId) this.memberships.set(each.roomId, each);
    for (const each of world.messages)
      this.messages.set(each.threadId, [...(this.messages.get(each.threadId) ?? []), each]);
    for (const each of world.states) if (each.userId === viewer.userId) this.states.set(each.threadId, each);
    this.own = new Set(
      world.users.flatMap(({ id, claimedById }) =>
        id === viewer.userId || (claimedById !== null && claimedById === viewer.userId) ? [id] : [],
      ),
    );
  }

  private roomOf({ roomId }: { roomId: string }): Room {
    const room = this.rooms.get(roomId);
    if (!room) throw new Error('A thread has a room.');
    return room;
  }
  private isActive = (roomId: string) => this.memberships.get(roomId)?.status === 'active';

  private isReadable({ id, kind, visitors }: Room): boolean {
    const status = this.memberships.get(id)?.status;
    if (status === 'banned' || status === 'active') return status === 'active';
    return kind === 'public' && (this.viewer.kind === 'registered' || visitors !== 'none');
  }

  /** Hidden rooms stay so; a direct one comes back with what is newer. */
  private isShown({ id, kind }: Room, newest: Date | undefined): boolean {
    const hiddenAt = this.memberships.get(id)?.hiddenAt;
    return !hiddenAt || (kind === 'direct' && newest !== undefined && newest > hiddenAt);
  }

  private isSeen(thread: Thread): boolean {
    const from = this.memberships.get(thread.roomId)?.historyFrom;
    return !from || this.roomOf(thread).kind !== 'private' || thread.isMain || thread.lastMessageAt > from;
  }

  readState(thread: Thread): ReadState {
    const membership = this.memberships.get(thread.roomId);
    const state = this.states.get(thread.id);
    const isDecided = state !== undefined && state.following !== null;
    const counts = isDecided
      ? state.following === true && !state.muted && (!membership || membership.status === 'active')
      : thread.isMain && membership?.status === 'active';
    const since = Math.max(
      isDecided ? 0 : Number(membership?.joinedAt ?? 0),
      Number(membership?.historyFrom ?? 0),
    );
    const unread = (this.messages.get(thread.id) ?? []).filter(
      ({ seq, createdAt, deletedAt, kind, authorId }) =>
        counts &&
        seq > (state?.lastReadSeq ?? 0) &&
        Number(createdAt) > since &&
        !deletedAt &&
        kind !== 'event' &&
        !this.own.has(authorId),
    );
    const ids = new Set(unread.map(({ id }) => id));
    const [first] = unread.slice(-unreadMax);
    return {
      lastReadSeq: state?.lastReadSeq ?? (counts ? (first ? first.seq - 1 : thread.seq) : null),
      following: state?.following ?? counts,
      unread: Math.min(unreadMax, unread.length),
      mentions: this.world.mentions.filter(
        ({ messageId, userId }) => userId === this.viewer.userId && ids.has(messageId),
      ).length,
    };
  }

  /** The threads whose numbers add up: those of hidden and archived places do not. */
  private counted(): { thread: Thread; unread: number }[] {
    return this.world.threads.flatMap((thread) => {
      const room = this.roomOf(thread);
      if (thread.archivedAt || room.archivedAt || !this.isShown(room, thread.lastMessageAt)) return [];
      const { unread } = this.readState(thread);
      return unread > 0 ? [{ thread, unread }] : [];
    });
  }

  unread(): { rooms: Record<string, number>; threadCount: number } {
    const rooms: Record<string, number> = {};
    const all = this.counted();
    for (const { thread, unread } of all)
      rooms[thread.roomId] = Math.min(unreadMax, (rooms[thread.roomId] ?? 0) + unread);
    return { rooms, threadCount: all.length };
  }

  private isListed = (thread: Thread) => !thread.archivedAt && (thread.seq > 0 || !thread.isMain);

  inbox(): Thread[] {
    const { threads } = this.world;
    const isShown = (room: Room) =>
      threads.some(
        (each) => each.roomId === room.id && this.isListed(each) && this.isShown(room, each.lastMessageAt),
      );
    return byActivity(
      threads.filter((thread) => {
        const room = this.roomOf(thread);
        return (
          this.isActive(room.id) &&
          !room.archivedAt &&
          this.isListed(thread) &&
          this.isSeen(thread) &&
          isShown(room)
        );
      }),
    );
  }

  inboxUnread = (): Thread[] =>
    byActivity(this.counted().flatMap(({ thread }) => (this.isActive(thread.roomId) ? [thread] : [])));

  threads = (): Thread[] =>
    byActivity(
      this.world.threads.filter((thread) => {
        const room = this.roomOf(thread);
        return (
          this.isReadable(room) &&
          !room.archivedAt &&
          this.isListed(thread) &&
          this.isSeen(thread) &&
          this.isShown(room, thread.lastMessageAt)
        );
      }),
    );

  roomList(): { id: string; lastMessageAt: Date; unread: number }[] {
    const { rooms: unread } = this.unread();
    return byActivity(
      this.world.rooms.flatMap((room) => {
        const threads = this.world.threads.filter(({ roomId }) => roomId === room.id);
        const lastMessageAt = new Date(Math.max(...threads.map((each) => Number(each.lastMessageAt))));
        const isEmpty = room.kind === 'direct' && !threads.some(({ seq }) => seq > 0);
        return this.isReadable(room) && !room.archivedAt && !isEmpty && this.isShown(room, lastMessageAt)
          ? [{ id: room.id, lastMessageAt, unread: unread[room.id] ?? 0 }]
          : [];
      }),
    );
  }
}
