import { typingTtlMs, typistsKept, typistsShown } from '@/shared/limits';
import type { PersonView } from '@/shared/user';

/** A word of somebody's typing, as it travels between processes. `at`: when its process took it, ms. */
export type TypingWord = { person: PersonView; isTyping: boolean; at: number };

/**
 * Who is typing in one thread. Words may be lost, repeated or come late: each is believed for a few
 * seconds only, and none that is older than the end of that person's typing.
 */
export class Typists {
  private readonly typing = new Map<string, { person: PersonView; untilMs: number }>();
  private readonly endedAt = new Map<string, number>();

  constructor(private readonly now: () => number = Date.now) {}

  hear({ person, isTyping, at }: TypingWord): void {
    if (!isTyping) return this.end(person.id, at);
    if (at <= (this.endedAt.get(person.id) ?? 0)) return;
    if (!this.typing.has(person.id) && this.typing.size >= typistsKept) return;
    this.typing.set(person.id, { person, untilMs: this.now() + typingTtlMs });
  }

  /** The person's typing ended at that moment, by a word or by a message. */
  end(userId: string, at: number): void {
    this.typing.delete(userId);
    this.endedAt.set(userId, Math.max(at, this.endedAt.get(userId) ?? 0));
  }

  /** Forgets who has fallen silent. @returns in how many ms the next one will have; null when nobody types */
  expire(): number | null {
    const now = this.now();
    for (const [userId, at] of this.endedAt) if (now - at > typingTtlMs) this.endedAt.delete(userId);
    let next: number | null = null;
    for (const [userId, { untilMs }] of this.typing)
      if (untilMs <= now) this.typing.delete(userId);
      else next = Math.min(next ?? Infinity, untilMs - now);
    return next;
  }

  /** Those who are told of, longest first: beyond a few, more is "several people". */
  shown(): PersonView[] {
    return [...this.typing.values()].slice(0, typistsShown).map(({ person }) => person);
  }
}
