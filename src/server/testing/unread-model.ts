export type Said = {
  id: string;
  seq: number;
  authorId: string;
  kind: string;
  at: number;
  isDeleted: boolean;
};
export type Talk = {
  id: string;
  roomId: string;
  isMain: boolean;
  isClosed: boolean;
  said: Said[];
  at: number;
};
/** `following` is null where nothing was decided. */
export type Mark = { lastReadSeq: number; markVersion: number; following: boolean | null; muted: boolean };

/** The whole of it once more in plain code: what was done is kept, and counted from the definition. */
export class UnreadModel {
  readonly talks: Talk[] = [];
  readonly marks = new Map<string, Mark>();
  readonly memberships = new Map<string, { isActive: boolean; at: number }>();
  readonly claims = new Map<string, string>();

  key = (userId: string, id: string) => `${userId} ${id}`;
  mark = (userId: string, talk: Talk) => this.marks.get(this.key(userId, talk.id));
  membership = (userId: string, talk: Talk) => this.memberships.get(this.key(userId, talk.roomId));
  mayRead = (userId: string, talk: Talk) =>
    !talk.isClosed || this.membership(userId, talk)?.isActive === true;

  unread(userId: string, talk: Talk): number {
    const mark = this.mark(userId, talk);
    const membership = this.membership(userId, talk);
    const isIn = membership?.isActive ?? !talk.isClosed;
    const isDecided = mark !== undefined && mark.following !== null;
    if (!isIn || (isDecided ? !mark.following || mark.muted : !talk.isMain || !membership)) return 0;
    const isUnread = ({ seq, at, isDeleted, kind, authorId }: Said) =>
      seq > (mark?.lastReadSeq ?? 0) &&
      (isDecided || at > (membership?.at ?? 0)) &&
      !isDeleted &&
      kind !== 'event' &&
      (this.claims.get(authorId) ?? authorId) !== userId;
    return talk.said.filter(isUnread).length;
  }

  /** Where a mark that is made now begins: at the joining, or at the end. */
  start(userId: string, talk: Talk): number {
    const membership = this.membership(userId, talk);
    if (!talk.isMain || !membership?.isActive) return talk.said.length;
    return talk.said.findLast((said) => said.at <= membership.at)?.seq ?? 0;
  }

  /** The state of one who has only read. */
  place(userId: string, talk: Talk): Mark {
    const place = { lastReadSeq: 0, markVersion: 0, following: null, muted: false };
    this.marks.set(this.key(userId, talk.id), place);
    return place;
  }

  /** The state of one who had none, if this creates one. */
  made(userId: string, talk: Talk): Mark {
    const isMember = talk.isMain && this.membership(userId, talk)?.isActive === true;
    const made = {
      lastReadSeq: this.start(userId, talk),
      markVersion: 0,
      following: isMember,
      muted: false,
    };
    this.marks.set(this.key(userId, talk.id), made);
    return made;
  }
}
