import { clsx } from 'clsx';
import { usePerson } from '@/client/message/use-feed';
import { useMe } from '@/client/user/use-me';
import { unknownName } from '@/shared/markdown-plain';

/** A person's name in a message; one's own is marked. */
export function Mention({ userId }: { userId: string }) {
  const name = usePerson(userId)?.name;
  const isMe = useMe()?.id === userId;
  if (name === undefined) return `@${unknownName}`;
  return (
    <bdi
      data-mention={isMe ? 'me' : 'other'}
      className={clsx(
        'rounded-[4px] px-0.5 font-medium',
        isMe ? 'bg-accent text-accent-ink' : 'bg-current/8',
      )}
    >
      @{name}
    </bdi>
  );
}
