import { Clock3, MessageSquareReply } from 'lucide-react';
import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import { clockOf, countOf, dayKeyOf, dayOf, exactOf, listTimeOf } from '@/client/lib/format-time';
import { MessageText } from '@/client/message/message-text';
import { PageLink } from '@/client/page-link';
import { Face } from '@/client/user/face';
import { nameColour } from '@/client/user/hue';
import type { MessageView } from '@/shared/message';
import type { PersonView } from '@/shared/user';

const groupMs = 5 * 60_000;

/** Whether a message continues the one before it: same author, same day, within five minutes. */
export function continuesGroup(message: MessageView, previous: MessageView | undefined): boolean {
  if (!previous || message.kind !== 'text' || previous.kind !== 'text') return false;
  if (previous.author.id !== message.author.id || message.replyTo) return false;
  return Date.parse(message.createdAt) - Date.parse(previous.createdAt) < groupMs;
}

export function DaySeparator({ iso }: { iso: string }) {
  return (
    <div className="flex items-center gap-3 px-4 pt-4 pb-2" role="separator">
      <span className="h-px flex-1 bg-line" />
      <span className="text-xs font-medium text-faint">{dayOf(iso)}</span>
      <span className="h-px flex-1 bg-line" />
    </div>
  );
}

type Props = {
  message: MessageView;
  previous: MessageView | undefined;
  author: PersonView | undefined;
  isOwn: boolean;
  /** Times and days are the reader's own, so the server leaves them out. */
  isLocal: boolean;
  isMarked?: boolean;
  threadHref?: string;
  quote?: { author: string; text: string; onJump(): void };
  onStartThread?: () => void;
};

export function MessageRow(props: Props) {
  const { message, previous, isLocal } = props;
  const isNewDay = !previous || dayKeyOf(previous.createdAt) !== dayKeyOf(message.createdAt);
  return (
    <>
      {isNewDay && isLocal && <DaySeparator iso={message.createdAt} />}
      <div className={clsx('transition-colors duration-500', props.isMarked && 'bg-accent-soft')}>
        {message.kind === 'text' ? (
          <Bubble {...props} isFirst={isNewDay || !continuesGroup(message, previous)} />
        ) : (
          <Notice {...props} />
        )}
      </div>
    </>
  );
}

/** A line that nobody "said": an action, or something that happened. */
function Notice({ message, author, isLocal }: Props) {
  return (
    <div className="px-4 py-0.5 text-center text-sm [overflow-wrap:anywhere] text-soft">
      {message.kind === 'action' && (
        <span className="font-medium" style={{ color: nameColour(message.author.id) }}>
          {author?.name ?? '…'}{' '}
        </span>
      )}
      <MessageText text={message.text} />
      {isLocal && <Time iso={message.createdAt} className="ml-2" />}
    </div>
  );
}

function Bubble({
  message,
  author,
  isOwn,
  isLocal,
  isFirst,
  quote,
  threadHref,
  onStartThread,
}: Props & { isFirst: boolean }) {
  const name = author?.name ?? '…';
  return (
    <div
      className={clsx(
        'group/row flex gap-2.5 px-4',
        isFirst ? 'pt-3' : 'pt-0.5',
        isOwn && 'flex-row-reverse',
      )}
    >
      {!isOwn && <div className="w-8 shrink-0">{isFirst && <Face id={message.author.id} name={name} />}</div>}
      <div
        className={clsx(
          'flex max-w-[88%] min-w-0 flex-col md:max-w-[min(70%,calc(72ch+2rem))]',
          isOwn ? 'items-end' : 'items-start',
        )}
      >
        {isFirst && !isOwn && (
          <span
            className="mb-0.5 max-w-full truncate px-0.5 text-meta font-medium"
            style={{ color: nameColour(message.author.id) }}
          >
            {name}
          </span>
        )}
        <div className={clsx('flex max-w-full items-center gap-1', isOwn && 'flex-row-reverse')}>
          <div
            className={clsx(
              'min-w-0 rounded-bubble px-3 py-1.5',
              isOwn ? 'rounded-br-[4px] bg-own text-own-ink' : 'rounded-bl-[4px] bg-other',
            )}
          >
            {quote && <Quote {...quote} />}
            {message.deletedAt ? (
              <span className="text-soft italic">This message has been deleted</span>
            ) : (
              <MessageText text={message.text} />
            )}
            <Meta isLocal={isLocal}>
              {message.editedAt && 'edited '}
              <Time iso={message.createdAt} />
            </Meta>
          </div>
          {onStartThread && !message.thread && !message.deletedAt && (
            <button
              type="button"
              onClick={onStartThread}
              aria-label="Start a thread from this message"
              title="Start a thread"
              className="grid size-7 shrink-0 place-items-center rounded-control text-faint opacity-0 transition-opacity duration-120 group-focus-within/row:opacity-100 group-hover/row:opacity-100 hover:bg-hover hover:text-ink focus-visible:opacity-100"
            >
              <MessageSquareReply size={15} />
            </button>
          )}
        </div>
        {message.thread && threadHref && (
          <ThreadCard thread={message.thread} href={threadHref} isLocal={isLocal} />
        )}
      </div>
    </div>
  );
}

function Quote({ author, text, onJump }: NonNullable<Props['quote']>) {
  return (
    <button
      type="button"
      onClick={onJump}
      className="mb-1 block w-full max-w-full border-l-2 border-accent/60 pl-2 text-left text-sm"
    >
      <span className="block truncate font-medium">{author}</span>
      <span className="block truncate text-soft">{text || 'This message has been deleted'}</span>
    </button>
  );
}

function ThreadCard({
  thread,
  href,
  isLocal,
}: {
  thread: NonNullable<MessageView['thread']>;
  href: string;
  isLocal: boolean;
}) {
  return (
    <PageLink
      href={href}
      className="mt-1 flex max-w-full items-center gap-2 rounded-lg border px-2.5 py-1 text-sm transition-colors duration-120 hover:bg-hover"
    >
      <MessageSquareReply size={14} className="shrink-0 text-accent" />
      <span className="truncate font-medium">{thread.title}</span>
      <span className="shrink-0 text-faint tabular">
        {countOf(thread.messageCount)} {thread.messageCount === 1 ? 'reply' : 'replies'}
        {isLocal && thread.messageCount > 0 && ` · ${listTimeOf(thread.lastMessageAt)}`}
      </span>
    </PageLink>
  );
}

/** Sits at the end of the last line when there is room, beneath it when there is not. */
function Meta({ isLocal, children }: { isLocal: boolean; children: ReactNode }) {
  return (
    <span
      className={clsx('float-right mt-1.5 -mb-0.5 ml-3 flex items-center gap-1', !isLocal && 'invisible')}
    >
      {children}
    </span>
  );
}

export function Time({ iso, className }: { iso: string; className?: string }) {
  return (
    <time
      dateTime={iso}
      title={exactOf(iso)}
      className={clsx('text-xs tabular opacity-65', className)}
      suppressHydrationWarning
    >
      {clockOf(iso)}
    </time>
  );
}

/** A message on its way: the same bubble, fainter while it waits, with its state where the time goes. */
export function OutgoingRow({
  text,
  state,
  reason,
  isFirst,
  onRetry,
  onDiscard,
}: {
  text: string;
  state: 'sending' | 'waiting' | 'sent' | 'held' | 'failed';
  reason: string | null;
  isFirst: boolean;
  onRetry(): void;
  onDiscard(): void;
}) {
  const isFailed = state === 'failed';
  return (
    <div className={clsx('flex flex-row-reverse gap-2.5 px-4', isFirst ? 'pt-3' : 'pt-0.5')}>
      <div className="flex max-w-[88%] min-w-0 flex-col items-end md:max-w-[min(70%,calc(72ch+2rem))]">
        <div
          className={clsx(
            'max-w-full rounded-bubble rounded-br-[4px] bg-own px-3 py-1.5 text-own-ink',
            (state === 'waiting' || state === 'held') && 'opacity-60',
          )}
        >
          <MessageText text={text} />
          <span
            className="float-right mt-1.5 -mb-0.5 ml-3 flex items-center text-xs opacity-65"
            aria-label={state === 'sent' ? 'Sent' : 'On its way'}
          >
            <Clock3
              size={12}
              className={clsx(state === 'sending' && 'late', state === 'sent' && 'invisible')}
            />
          </span>
        </div>
        {(isFailed || state === 'held') && (
          <p className={clsx('mt-1 text-right text-sm', isFailed ? 'text-red' : 'text-amber')} role="status">
            {reason}{' '}
            {isFailed && (
              <>
                <button type="button" className="underline underline-offset-2" onClick={onRetry}>
                  Try again
                </button>{' '}
                <button type="button" className="underline underline-offset-2" onClick={onDiscard}>
                  Discard
                </button>
              </>
            )}
          </p>
        )}
      </div>
    </div>
  );
}
