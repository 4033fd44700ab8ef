import type { MessageView } from '@/shared/message';
import type { ThreadHead } from '@/shared/thread';
import type { People } from '@/shared/user';

/** For guests without history: a thread as it looks from its first place that they may see on. */
export const headSeenFrom = (head: ThreadHead, visibleFrom: number): ThreadHead =>
  head.firstSeq < visibleFrom ? { ...head, firstSeq: visibleFrom } : head;

/** The changes among these that may be seen, without quotes from before, and the people they name. */
export function changesSeenFrom(
  { changes, people }: { changes: MessageView[]; people: People },
  visibleFrom: number,
): { changes: MessageView[]; people: People } {
  const seen = changes
    .filter((message) => message.seq >= visibleFrom)
    .map((message) =>
      message.replyTo && message.replyTo.seq < visibleFrom ? { ...message, replyTo: null } : message,
    );
  const named: People = {};
  for (const { author, replyTo, reactions } of seen)
    for (const id of [author.id, replyTo?.authorId, ...reactions.flatMap((reaction) => reaction.userIds)]) {
      const person = id ? people[id] : undefined;
      if (person) named[person.id] = person;
    }
  return { changes: seen, people: named };
}
