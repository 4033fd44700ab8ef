import type { Acl, Event } from '../history';

/**
 * Who may read which room, and since which revision of each thread they may no longer.
 * What was committed up to a removal may still reach the removed person; what came after it may not.
 */
export class Rights {
  private readonly byPerson = new Map<string, Acl[]>();

  /** @param isMember whether the person was in the room at the start, or needs not be */
  constructor(
    events: readonly Event[],
    private readonly isMember: (ident: string, room: string) => boolean,
  ) {
    const acls = events.filter((event): event is Acl => event.f === 'acl').toSorted((a, b) => a.t - b.t);
    for (const acl of acls) {
      const key = keyOf(acl.ident, acl.room);
      this.byPerson.set(key, [...(this.byPerson.get(key) ?? []), acl]);
    }
  }

  all(): Acl[] {
    return [...this.byPerson.values()].flat();
  }

  /** Whether the person may read the room in the end. */
  mayAtEnd(ident: string, room: string): boolean {
    const last = this.byPerson.get(keyOf(ident, room))?.at(-1);
    return last ? last.what === 'grant' : this.isMember(ident, room);
  }

  /** @returns why the person may not have had revision `rev` of the thread at time `t`; null when they may */
  refusal(ident: string, room: string, has: { thread: string; rev: number; t: number }): string | null {
    const acls = this.byPerson.get(keyOf(ident, room)) ?? [];
    if (acls.length === 0) return this.isMember(ident, room) ? null : 'was never in the room';
    // A grant counts from its beginning, a removal from its commit.
    const last = acls.findLast((acl) => (acl.what === 'grant' ? acl.t0 : acl.t) <= has.t);
    if (!last || last.what === 'grant') return null;
    const [rev] = last.marks[has.thread] ?? [Infinity];
    return has.rev > rev ? `was removed at rev ${rev}` : null;
  }
}

const keyOf = (ident: string, room: string) => `${ident} ${room}`;
