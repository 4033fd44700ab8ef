import { clsx } from 'clsx';
import { usePerson } from '@/client/message/use-feed';
import { useMe } from '@/client/user/use-me';
import { unknownName } from '@/shared/markdown-words';
import { nameOf } from '@/shared/user';

/** A person's name in a message; one's own is marked. */
export function Mention({ userId }: { userId: string }) {
  const person = usePerson(userId);
  const myId = useMe()?.id;
  if (!person) return `@${unknownName}`;
  const isMe = myId === (person.accountId ?? userId);
  return (
    <bdi
      title={nameOf(person)}
      data-mention={isMe ? 'me' : 'other'}
      className={clsx(
        'rounded-[4px] px-0.5 font-medium',
        isMe ? 'bg-accent text-accent-ink' : 'bg-current/8',
        person.kind === 'visitor' && 'underline decoration-dashed underline-offset-3',
      )}
    >
      @{person.name}
    </bdi>
  );
}
