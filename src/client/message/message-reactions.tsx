import { clsx } from 'clsx';
import { usePeople } from '@/client/message/use-feed';
import type { ReactionView } from '@/shared/message';
import { nameOf, type PersonView } from '@/shared/user';

type Props = {
  reactions: ReactionView[];
  myId: string | null;
  onToggle: ((emoji: string, isOn: boolean) => void) | null;
};

const namesShown = 12;

const called = (person: PersonView | undefined) => (person ? nameOf(person) : 'somebody');

/** Who reacted with what; a click adds or takes one's own. */
export function MessageReactions({ reactions, myId, onToggle }: Props) {
  const people = usePeople();
  if (reactions.length === 0) return null;
  return (
    <div className="mt-1 flex max-w-full flex-wrap gap-1">
      {reactions.map(({ emoji, userIds }) => {
        const isMine = myId !== null && userIds.includes(myId);
        const names = userIds.slice(0, namesShown).map((id) => (id === myId ? 'you' : called(people[id])));
        const rest = userIds.length - names.length;
        const who = `${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
        return (
          <button
            key={emoji}
            type="button"
            disabled={!onToggle}
            aria-pressed={isMine}
            aria-label={`${emoji} ${userIds.length}, by ${who}`}
            title={who}
            onClick={() => onToggle?.(emoji, !isMine)}
            className={clsx(
              'flex h-6.5 items-center gap-1 rounded-full border px-2 text-sm transition-colors duration-120 max-md:h-8',
              isMine ? 'border-accent bg-accent-soft' : 'bg-surface enabled:hover:bg-hover',
            )}
          >
            <span aria-hidden>{emoji}</span>
            <span className="text-xs tabular">{userIds.length}</span>
          </button>
        );
      })}
    </div>
  );
}
