'use client';

import type { ThreadFeed } from '@/client/message/thread-feed';
import { useFeedState } from '@/client/message/use-feed';
import { PersonButton } from '@/client/user/person-button';
import { FaceWithDot } from '@/client/user/presence-dot';
import type { PersonView } from '@/shared/user';

const shownMax = 3;
const lookedBack = 60;

/** The pictures of the others who wrote here last, with their presence. */
export function PeopleHere({ feed, myId }: { feed: ThreadFeed; myId: string | null }) {
  const { timeline } = useFeedState(feed);
  if (!timeline) return null;
  const people = new Map<string, PersonView>();
  const { seq: last, firstSeq } = timeline.head;
  for (let seq = last; seq >= Math.max(firstSeq, last - lookedBack) && people.size < shownMax; seq--) {
    const author = feed.messageAt(seq)?.author;
    const person = author && timeline.people[author.id];
    if (person && author.id !== myId && (author.kind === 'visitor' || author.kind === 'registered'))
      people.set(author.id, person);
  }
  return (
    <div className="flex shrink-0 items-center gap-1.5 max-md:hidden" data-testid="people">
      {[...people.values()].map((person) => (
        <PersonButton key={person.id} person={person} isInTabOrder className="grid rounded-full">
          <FaceWithDot person={person} size={26} />
        </PersonButton>
      ))}
    </div>
  );
}
