import { MessageSquareReply } from 'lucide-react';
import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import { clockOf, countOf, dayKeyOf, dayOf, exactOf, listTimeOf } from '@/client/lib/format-time';
import { useHydrated } from '@/client/lib/use-hydrated';
import { FoldableText } from '@/client/message/foldable-text';
import { continuesGroup } from '@/client/message/message-group';
import { bodyOf, columnOf, spaceAbove } from '@/client/message/message-look';
import { MessageText } from '@/client/message/message-text';
import { useNamedLine } from '@/client/message/use-feed';
import { PageLink } from '@/client/page-link';
import { Face } from '@/client/user/face';
import { PersonButton } from '@/client/user/person-button';
import { nameColour } from '@/client/user/hue';
import { PersonName } from '@/client/user/person-name';
import type { MessageView } from '@/shared/message';
import { unreadLabel } from '@/shared/unread';
import { nameOf, type PersonView } from '@/shared/user';

export function DaySeparator({ iso }: { iso: string }) {
  return (
    <div className="flex items-center gap-3 px-4 pt-4 pb-2" role="separator">
      <span className="h-px flex-1 bg-line" />
      <span className="text-xs font-medium text-faint">{dayOf(iso)}</span>
      <span className="h-px flex-1 bg-line" />
    </div>
  );
}

/** "6 new messages since 14:05", "since yesterday", "since Monday, 2 March": when the first of them came. */
const newWords = (count: number, since: string) => {
  if (count === 0) return 'New messages';
  const day = dayOf(since);
  const words = day === 'Today' ? clockOf(since) : day === 'Yesterday' ? 'yesterday' : day;
  return `${unreadLabel(count)} new ${count === 1 ? 'message' : 'messages'} since ${words}`;
};

const NewSeparator = ({ count, since }: { count: number; since: string }) => (
  <div className="flex items-center gap-3 px-4 pt-3 pb-1" role="separator">
    <span className="h-px flex-1 bg-accent/50" />
    <span className="text-xs font-medium text-accent">{newWords(count, since)}</span>
    <span className="h-px flex-1 bg-accent/50" />
  </div>
);

export type QuotePart = { author: string; text: string; onJump(): void };

type Props = {
  message: MessageView;
  previous: MessageView | undefined;
  author: PersonView | undefined;
  isOwn: boolean;
  /** Rows of one column instead of bubbles on two sides. */
  isCompact: boolean;
  /** Times and days are the reader's own, so the server leaves them out. */
  isLocal: boolean;
  isMarked?: boolean;
  /** What is new begins here: so much, 0 when nobody has counted; null where it does not. */
  newCount: number | null;
  threadHref?: string;
  quote?: QuotePart;
  /** The toolbar, while the row has the pointer or the focus. */
  actions: ReactNode;
  reactions: ReactNode;
  /** How far one's own message has come; null for the messages of others. */
  tick: ReactNode;
  /** The faces of those who have read so far. They float beside the bubble. */
  faces: ReactNode;
  /** A change of this message that is on its way, or was refused. */
  pending: {
    state: 'sending' | 'waiting' | 'failed';
    reason: string | null;
    onRetry(): void;
    onDiscard(): void;
  } | null;
  /** Brings a deleted message back, where that is still possible. */
  undo: (() => void) | null;
  /** The pointer or the focus has come into the row, or left it. */
  onAttention(by: 'pointer' | 'focus', isHere: boolean): void;
};

export function MessageRow(props: Props) {
  const { message, previous, isLocal, newCount, onAttention } = props;
  // Days are the browser's: the server's HTML knows none.
  const isNewDay = isLocal && (!previous || dayKeyOf(previous.createdAt) !== dayKeyOf(message.createdAt));
  return (
    <>
      {isNewDay && <DaySeparator iso={message.createdAt} />}
      {newCount !== null && isLocal && <NewSeparator count={newCount} since={message.createdAt} />}
      {/* Hovering only brings the toolbar; everything in it is reached by focus and keys as well. Rows that
          are scrolled beneath a resting pointer are entered by it, but nobody points at them. */}
      <div
        className={clsx('transition-colors duration-500', props.isMarked && 'bg-accent-soft')}
        onPointerMove={(event) => event.pointerType !== 'touch' && onAttention('pointer', true)}
        onPointerLeave={(event) => event.pointerType !== 'touch' && onAttention('pointer', false)}
        onFocus={() => onAttention('focus', true)}
        onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && onAttention('focus', false)}
      >
        {message.kind === 'text' ? (
          <Bubble {...props} isFirst={isNewDay || newCount !== null || !continuesGroup(message, previous)} />
        ) : (
          <Notice {...props} />
        )}
      </div>
    </>
  );
}

/** A line that nobody "said": an action, or something that happened. */
function Notice({ message, author, faces }: Props) {
  return (
    <div className="relative px-4 py-0.5 text-center text-sm [overflow-wrap:anywhere] text-soft">
      {message.kind === 'action' && (
        <span className="font-medium" style={{ color: nameColour(message.author.id) }}>
          {author ? nameOf(author) : '…'}{' '}
        </span>
      )}
      {message.kind === 'action' ? <MessageText isLine text={message.text} /> : message.text}
      <Time iso={message.createdAt} className="ml-2" />
      {faces}
    </div>
  );
}

function Bubble({
  message,
  author,
  isOwn,
  isCompact,
  isLocal,
  isFirst,
  quote,
  threadHref,
  actions,
  reactions,
  tick,
  faces,
  pending,
  undo,
}: Props & { isFirst: boolean }) {
  const person = author ?? { ...message.author, name: '…' };
  const isAcross = isOwn && !isCompact;
  return (
    <div
      className={clsx('flex gap-2.5 px-4', spaceAbove(isFirst, isCompact), isAcross && 'flex-row-reverse')}
    >
      {!isAcross && (
        <div className="w-8 shrink-0">
          {isFirst && (
            <PersonButton person={person} className={clsx('grid rounded-full', isCompact && 'ml-auto')}>
              <Face person={person} size={isCompact ? 24 : 32} />
            </PersonButton>
          )}
        </div>
      )}
      <div className={clsx(columnOf(isCompact), 'relative', isAcross ? 'items-end' : 'items-start')}>
        {faces}
        {isFirst && !isAcross && (
          <PersonButton
            person={person}
            className="mb-0.5 max-w-full truncate px-0.5 text-meta font-medium hover:underline"
            style={{ color: nameColour(message.author.id) }}
          >
            <PersonName person={person} />
          </PersonButton>
        )}
        <div
          data-own={isOwn || undefined}
          className={clsx(
            'max-w-full min-w-0 overflow-clip',
            bodyOf({ isCompact, isOwn, isDeleted: message.deletedAt !== null }),
            pending?.state === 'waiting' && 'opacity-60',
          )}
        >
          {quote && <Quote {...quote} />}
          {message.deletedAt ? (
            <span className="text-md text-soft italic">This message has been deleted</span>
          ) : (
            <FoldableText id={message.id} text={message.text} />
          )}
          {undo && (
            <button
              type="button"
              onClick={undo}
              className="ml-2 text-md text-accent underline underline-offset-2"
            >
              Undo
            </button>
          )}
          <Meta isCompact={isCompact}>
            {message.editedAt && !message.deletedAt && <span className="text-xs opacity-65">edited</span>}
            <Time iso={message.createdAt} />
            {!message.deletedAt && tick}
          </Meta>
        </div>
        {reactions}
        {pending?.state === 'failed' && <Problem {...pending} />}
        {message.thread && threadHref && (
          <ThreadCard thread={message.thread} href={threadHref} isLocal={isLocal} />
        )}
      </div>
      {/* What is left of the line beside the bubble, below the name. */}
      {actions && (
        <div className={clsx('relative min-w-0 flex-1', isFirst && !isAcross && 'mt-4.5')}>{actions}</div>
      )}
    </div>
  );
}

export function Quote({ author, text, onJump }: QuotePart) {
  return (
    <button
      type="button"
      onClick={onJump}
      className="mb-1 block w-full max-w-full border-l-2 border-accent/60 pl-2 text-left text-sm"
    >
      <span className="block truncate font-medium">{author}</span>
      <bdi className="block truncate text-soft">{useNamedLine(text) || 'This message has been deleted'}</bdi>
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
export function Meta({ isCompact, children }: { isCompact: boolean; children: ReactNode }) {
  return (
    <span className={clsx('float-right ml-3 flex items-center gap-1', isCompact ? 'mt-1' : 'mt-1.5 -mb-0.5')}>
      {children}
    </span>
  );
}

/** The server does not know the reader's zone: until hydration the time's room is kept, unseen. */
export function Time({ iso, className }: { iso: string; className?: string }) {
  const isHydrated = useHydrated();
  return (
    <time
      dateTime={iso}
      title={isHydrated ? exactOf(iso) : undefined}
      className={clsx('text-xs tabular opacity-65', !isHydrated && 'invisible', className)}
    >
      {isHydrated ? clockOf(iso) : '00:00'}
    </time>
  );
}

/** Why something was not done, and the two ways on. */
export function Problem({
  reason,
  onRetry,
  onDiscard,
}: {
  reason: string | null;
  onRetry(): void;
  onDiscard(): void;
}) {
  return (
    <p className="mt-1 text-sm text-red" role="status">
      {reason}{' '}
      <button type="button" className="underline underline-offset-2" onClick={onRetry}>
        Try again
      </button>{' '}
      <button type="button" className="underline underline-offset-2" onClick={onDiscard}>
        Discard
      </button>
    </p>
  );
}
