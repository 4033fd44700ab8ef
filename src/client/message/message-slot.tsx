'use client';

import { createContext, useContext } from 'react';
import { useHydrated } from '@/client/lib/use-hydrated';
import { continuesGroup, MessageRow, OutgoingRow } from '@/client/message/message-row';
import { outbox, useHeadSeq, useMessage, useOutgoing, usePerson } from '@/client/message/use-feed';
import { Skeleton } from '@/client/ui/skeleton';
import type { MessageView } from '@/shared/message';

/** What rows need from the conversation that they stand in; it must be stable. */
export type RowSetting = {
  threadId: string;
  myId: string | null;
  markedSeq: number | null;
  threadHref(thread: NonNullable<MessageView['thread']>): string;
  onJump(seq: number): void;
  onStartThread: ((message: MessageView) => void) | null;
};
export const RowContext = createContext<RowSetting | null>(null);

/** One place of the list: a message, a skeleton of it, or, past the end, one on its way. */
export function MessageSlot({ seq }: { seq: number }) {
  const setting = useContext(RowContext);
  const headSeq = useHeadSeq();
  if (!setting) return null;
  return seq > headSeq ? (
    <OutgoingSlot setting={setting} index={seq - headSeq - 1} />
  ) : (
    <PlacedSlot setting={setting} seq={seq} />
  );
}

function PlacedSlot({ setting, seq }: { setting: RowSetting; seq: number }) {
  const message = useMessage(seq);
  const previous = useMessage(seq - 1);
  const author = usePerson(message?.author.id);
  const quoted = usePerson(message?.replyTo?.authorId);
  const isHydrated = useHydrated();
  if (!message) return <RowSkeleton seq={seq} />;
  const { replyTo } = message;
  return (
    <MessageRow
      message={message}
      previous={previous}
      author={author}
      isLocal={isHydrated}
      isOwn={isHydrated && setting.myId === message.author.id}
      isMarked={setting.markedSeq === seq}
      {...(message.thread && { threadHref: setting.threadHref(message.thread) })}
      {...(replyTo && {
        quote: { author: quoted?.name ?? '…', text: replyTo.text, onJump: () => setting.onJump(replyTo.seq) },
      })}
      {...(setting.onStartThread && { onStartThread: () => setting.onStartThread?.(message) })}
    />
  );
}

function OutgoingSlot({ setting, index }: { setting: RowSetting; index: number }) {
  const items = useOutgoing(setting.threadId);
  const headSeq = useHeadSeq();
  const last = useMessage(headSeq);
  const item = items[index];
  if (!item) return null;
  const isFirst =
    index === 0 &&
    !(
      last &&
      last.author.id === setting.myId &&
      continuesGroup({ ...last, createdAt: item.queuedAt, replyTo: null }, last)
    );
  return (
    <OutgoingRow
      text={item.text}
      state={item.state}
      reason={item.reason}
      isFirst={isFirst}
      onRetry={() => outbox().retry(item)}
      onDiscard={() => outbox().discard(item)}
    />
  );
}

/** Shaped like the message that comes: its width is its own, so that a page of them does not look like a wall. */
export function RowSkeleton({ seq }: { seq: number }) {
  const widths = ['w-40', 'w-64', 'w-52', 'w-72', 'w-48'];
  return (
    <div className="flex gap-2.5 px-4 pt-3" aria-hidden>
      <Skeleton className="size-8 shrink-0 !rounded-full" />
      <div className="pt-1">
        <Skeleton className="mb-1.5 h-3 w-20" />
        <Skeleton className={`h-8 ${widths[seq % widths.length]} max-w-full !rounded-bubble`} />
      </div>
    </div>
  );
}
