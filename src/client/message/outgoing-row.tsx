import { clsx } from 'clsx';
import { FoldableText } from '@/client/message/foldable-text';
import { bodyOf, columnOf, spaceAbove } from '@/client/message/message-look';
import { Meta, Problem, Quote, Time, type QuotePart } from '@/client/message/message-row';
import { WaitingTick } from '@/client/message/tick';
import { Face } from '@/client/user/face';
import { nameColour } from '@/client/user/hue';
import { PersonName } from '@/client/user/person-name';
import type { PersonView } from '@/shared/user';

/** A message on its way: the same bubble, fainter while it waits, with its state where the time goes. */
export function OutgoingRow({
  id,
  text,
  queuedAt,
  state,
  reason,
  isHeld,
  isFirst,
  author,
  quote,
  onRetry,
  onDiscard,
}: {
  id: string;
  text: string;
  queuedAt: string;
  state: 'sending' | 'waiting' | 'sent' | 'held' | 'failed';
  reason: string | null;
  /** Whether a moderator has to let it in. */
  isHeld: boolean;
  isFirst: boolean;
  /** Who writes, where messages are rows, which name everybody; null where they are bubbles. */
  author: PersonView | null;
  quote?: QuotePart;
  onRetry(): void;
  onDiscard(): void;
}) {
  const isFailed = state === 'failed';
  const isCompact = author !== null;
  return (
    <div
      className={clsx('flex gap-2.5 px-4', spaceAbove(isFirst, isCompact), !isCompact && 'flex-row-reverse')}
    >
      {author && (
        <div className="grid w-8 shrink-0 content-start justify-end">
          {isFirst && <Face person={author} size={24} />}
        </div>
      )}
      <div className={clsx(columnOf(isCompact), isCompact ? 'items-start' : 'items-end')}>
        {author && isFirst && (
          <span
            className="mb-0.5 max-w-full truncate px-0.5 text-meta font-medium"
            style={{ color: nameColour(author.id) }}
          >
            <PersonName person={author} />
          </span>
        )}
        <div
          className={clsx(
            'max-w-full overflow-clip',
            bodyOf({ isCompact, isOwn: true }),
            (state === 'waiting' || isHeld) && 'opacity-60',
          )}
        >
          {quote && <Quote {...quote} />}
          <FoldableText id={id} text={text} />
          <Meta isCompact={isCompact}>
            <Time iso={queuedAt} />
            <WaitingTick state={isHeld ? 'held' : state} />
          </Meta>
        </div>
        {isFailed && <Problem reason={reason} onRetry={onRetry} onDiscard={onDiscard} />}
        {isHeld && !isFailed && (
          <p className={clsx('mt-1 text-sm text-amber', !isCompact && 'text-right')} role="status">
            Waiting for a moderator
          </p>
        )}
      </div>
    </div>
  );
}
