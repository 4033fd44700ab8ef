import { deliveriesEnough, deliveryThreadsKept } from '@/shared/limits';

/**
 * Remembers how far each thread was delivered to a few of its readers. Ticks ask for one reader, so once
 * a few were delivered a message, the others' words of it need no write: a busy room of thousands costs
 * as many writes as a small one.
 */
export class DeliveryMarks {
  private readonly threads = new Map<string, Map<string, number>>();

  isNeeded(threadId: string, seq: number, userId: string): boolean {
    const others = [...(this.threads.get(threadId) ?? [])].filter(([id, at]) => id !== userId && at >= seq);
    return others.length < deliveriesEnough;
  }

  /** The person's delivery is stored. */
  add(threadId: string, seq: number, userId: string): void {
    const people = this.threads.get(threadId) ?? new Map<string, number>();
    this.threads.delete(threadId);
    this.threads.set(threadId, people);
    people.set(userId, seq);
    const behind = [...people].toSorted(([, a], [, b]) => b - a).slice(deliveriesEnough);
    for (const [id] of behind) people.delete(id);
    const [oldest] = this.threads.keys();
    if (this.threads.size > deliveryThreadsKept && oldest) this.threads.delete(oldest);
  }
}
