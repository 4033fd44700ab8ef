import { clsx } from 'clsx';
import { whenOf } from '@/client/lib/format-time';
import { useReadersAt } from '@/client/message/use-signals';
import { Face } from '@/client/user/face';
import { facesShown } from '@/shared/limits';
import { nameOf } from '@/shared/user';

const places = { own: 'right-full mr-1.5', other: 'left-full ml-1.5', notice: 'right-4' };

/**
 * The faces of those whose reading stands at this message, beside its bubble: they float, so nothing moves
 * when they come and go. Of many, a few are shown and the rest counted.
 */
export function ReaderFaces({
  seq,
  authorId,
  myId,
  side,
  onOpen,
}: {
  seq: number;
  authorId: string;
  myId: string | null;
  /** Beside which kind of row they stand. */
  side: keyof typeof places;
  onOpen(): void;
}) {
  const { others, personOf } = useFacesAt(seq, authorId, myId);
  if (others.length === 0) return null;
  const person = (userId: string) =>
    personOf(userId) ?? { id: userId, kind: 'registered' as const, name: '…' };
  const title = others
    .slice(0, facesShown)
    .map(({ userId, seenAt }) => `Read at ${momentOf(seenAt)} by ${nameOf(person(userId))}`)
    .concat(others.length > facesShown ? [`and ${others.length - facesShown} more`] : [])
    .join('\n');
  return (
    <button
      type="button"
      tabIndex={-1}
      title={title}
      aria-label={title}
      onClick={onOpen}
      className={clsx('absolute bottom-0 flex h-5 items-center rounded-full', places[side])}
    >
      {others.slice(0, facesShown).map(({ userId }, i) => (
        <Face
          key={userId}
          person={person(userId)}
          size={16}
          className={clsx('ring-2 ring-canvas', i > 0 && '-ml-1', i > 0 && 'max-md:!hidden')}
        />
      ))}
      <More count={others.length - facesShown} className="max-md:hidden" />
      <More count={others.length - 1} className="md:hidden" />
    </button>
  );
}

/** Whose faces stand beside a message. Whoever wrote it has read it; that needs no face. */
export function useFacesAt(seq: number, authorId: string, myId: string | null) {
  const { readers, personOf } = useReadersAt(seq);
  return { others: readers.filter(({ userId }) => userId !== myId && userId !== authorId), personOf };
}

const More = ({ count, className }: { count: number; className: string }) =>
  count > 0 ? <span className={clsx('ml-1 text-xs text-faint tabular', className)}>+{count}</span> : null;

const momentOf = (seenAt: string | null) => (seenAt ? whenOf(seenAt) : '…');
