import { clsx } from 'clsx';
import { FoldableText } from '@/client/message/foldable-text';
import { bubbleColumn, Meta, Problem, Quote, Time, type QuotePart } from '@/client/message/message-row';
import { WaitingTick } from '@/client/message/tick';

/** A message on its way: the same bubble, fainter while it waits, with its state where the time goes. */
export function OutgoingRow({
  id,
  text,
  queuedAt,
  state,
  reason,
  isHeld,
  isFirst,
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
  quote?: QuotePart;
  onRetry(): void;
  onDiscard(): void;
}) {
  const isFailed = state === 'failed';
  return (
    <div className={clsx('flex flex-row-reverse gap-2.5 px-4', isFirst ? 'pt-3' : 'pt-0.5')}>
      <div className={clsx(bubbleColumn, 'items-end')}>
        <div
          className={clsx(
            'max-w-full overflow-clip rounded-bubble rounded-br-[4px] bg-own px-3 py-1.5 text-own-ink',
            (state === 'waiting' || isHeld) && 'opacity-60',
          )}
        >
          {quote && <Quote {...quote} />}
          <FoldableText id={id} text={text} />
          <Meta>
            <Time iso={queuedAt} />
            <WaitingTick state={isHeld ? 'held' : state} />
          </Meta>
        </div>
        {isFailed && <Problem reason={reason} onRetry={onRetry} onDiscard={onDiscard} />}
        {isHeld && !isFailed && (
          <p className="mt-1 text-right text-sm text-amber" role="status">
            Waiting for a moderator
          </p>
        )}
      </div>
    </div>
  );
}
