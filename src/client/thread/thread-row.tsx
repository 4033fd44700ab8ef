import { AtSign, BellOff } from 'lucide-react';
import { clsx } from 'clsx';
import { memo, type KeyboardEvent } from 'react';
import { listTimeOf } from '@/client/lib/format-time';
import { nameInDraft, useDraft } from '@/client/message/draft';
import { usePlainLine } from '@/client/message/marks';
import { PageLink } from '@/client/page-link';
import { threadPath } from '@/client/paths';
import { UnreadPill } from '@/client/thread/unread-pill';
import { markRead, markUnread, setMuted, useReadState } from '@/client/thread/use-read-state';
import { hueOf } from '@/client/user/hue';
import type { ThreadSummary } from '@/shared/thread';
import { nameOf } from '@/shared/user';

type Props = { thread: ThreadSummary; isSelected: boolean; isHydrated: boolean; showsRoom: boolean };

/** 64 px: the room's colour, a title, the last line, and when. */
export const ThreadRow = memo(function ThreadRow({ thread, isSelected, isHydrated, showsRoom }: Props) {
  const { lastMessage, room } = thread;
  const state = useReadState(thread.id);
  const unread = state?.unread ?? 0;
  const draft = useDraft(thread.id);
  const draftLine = usePlainLine(draft);
  return (
    <PageLink
      href={threadPath(thread)}
      aria-current={isSelected ? 'page' : undefined}
      aria-keyshortcuts={state ? 'e u m' : undefined}
      title={state ? `e: read · u: unread · m: ${state.muted ? 'unmute' : 'mute'}` : undefined}
      data-thread-row
      onKeyDown={(event) => {
        if (state) triage(event, thread, state.muted);
        moveFocus(event);
      }}
      className={clsx(
        'relative flex h-16 flex-col justify-center gap-0.5 rounded-lg py-2 pr-3 pl-4 transition-colors duration-120',
        isSelected ? 'bg-selected' : 'hover:bg-hover',
      )}
    >
      <span
        aria-hidden
        className="absolute inset-y-3 left-1 w-[3px] rounded-full"
        style={{ background: `oklch(0.68 0.1 ${hueOf(room.id)})` }}
      />
      <span className="flex items-baseline gap-2">
        <span dir="auto" className={clsx('min-w-0 flex-1 truncate text-md', unread > 0 && 'font-semibold')}>
          {thread.isMain ? room.name : thread.title}
        </span>
        <time
          dateTime={thread.lastMessageAt}
          className="shrink-0 text-xs text-faint tabular"
          suppressHydrationWarning
        >
          {isHydrated ? listTimeOf(thread.lastMessageAt) : ''}
        </time>
      </span>
      <span className="flex items-center gap-2 text-sm text-faint">
        <span className={clsx('min-w-0 flex-1 truncate', unread > 0 && 'text-soft')}>
          {showsRoom && !thread.isMain && <span className="text-soft">{room.name} · </span>}
          {draft && !isSelected ? (
            <>
              <span className="text-amber">Draft:</span>{' '}
              <bdi>{draftLine((id) => nameInDraft(thread.id, id))}</bdi>
            </>
          ) : lastMessage ? (
            <>
              <bdi>{nameOf(lastMessage.author)}</bdi>: <bdi>{lastMessage.text}</bdi>
            </>
          ) : (
            'No messages yet'
          )}
        </span>
        {state?.muted && <BellOff size={13} role="img" aria-label="Muted" className="shrink-0" />}
        {state !== null && state.mentions > 0 && (
          <AtSign size={14} role="img" aria-label="You are mentioned" className="shrink-0 text-accent" />
        )}
        {unread > 0 && <UnreadPill unread={unread} />}
      </span>
    </PageLink>
  );
});

export const ThreadRowSkeleton = () => (
  <div className="flex h-16 flex-col justify-center gap-2 px-4" aria-hidden>
    <span className="block h-3.5 w-3/5 rounded bg-hover" />
    <span className="block h-3 w-4/5 rounded bg-hover" />
  </div>
);

/** What is done with a thread without opening it. A refused change changes nothing on the screen. */
function triage(event: KeyboardEvent, thread: ThreadSummary, isMuted: boolean): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.repeat) return;
  const verbs: Record<string, () => Promise<unknown>> = {
    e: () => markRead(thread.id, thread.seq),
    u: () => markUnread(thread.id),
    m: () => setMuted(thread.id, !isMuted),
  };
  const verb = verbs[event.key];
  if (!verb) return;
  event.preventDefault();
  verb().catch(() => undefined);
}

/** Up and down move between rows; Tab leaves the list as usual. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const rows = [
    ...(event.currentTarget.closest('[role=list]')?.querySelectorAll<HTMLElement>('[data-thread-row]') ?? []),
  ].toSorted((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top);
  const at = rows.findIndex((row) => row === document.activeElement);
  const next = rows[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
