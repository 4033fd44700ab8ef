'use client';

import { createContext, useContext, useState } from 'react';
import { useIsCompact } from '@/client/density';
import { lazily } from '@/client/lib/lazily';
import { useHydrated } from '@/client/lib/use-hydrated';
import { MessageActions, type MessageActionsOf } from '@/client/message/message-actions';
import type { MessageDialogName } from '@/client/message/message-dialog';
import { MessageReactions } from '@/client/message/message-reactions';
import { ReaderFaces } from '@/client/message/reader-faces';
import { Tick, WaitingTick } from '@/client/message/tick';
import { continuesGroup } from '@/client/message/message-group';
import { MessageRow } from '@/client/message/message-row';
import { OutgoingRow } from '@/client/message/outgoing-row';
import { useHeadSeq, useMessage, usePerson } from '@/client/message/use-feed';
import { outbox, useOutgoing, useOverlay } from '@/client/message/use-outbox';
import { Skeleton } from '@/client/ui/skeleton';
import { undoMs } from '@/shared/limits';
import type { MessageView } from '@/shared/message';
import { nameOf } from '@/shared/user';

export const MessageDialog = lazily(
  async () => (await import('@/client/message/message-dialog')).MessageDialog,
);

/** What rows need from the conversation that they stand in; it must be stable. */
export type RowSetting = {
  threadId: string;
  roomId: string;
  myId: string | null;
  canWrite: boolean;
  isModerator: boolean;
  markedSeq: number | null;
  /** The first message that was unread when the thread was opened. */
  newSeq: number | null;
  /** How much was unread then. */
  unreadAtOpen: number;
  threadHref(thread: NonNullable<MessageView['thread']>): string;
  onJump(seq: number): void;
  onReply(message: MessageView): void;
  onEdit(message: MessageView): void;
  onStartThread(message: MessageView): void;
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
  return message ? <Placed setting={setting} stored={message} /> : <RowSkeleton seq={seq} />;
}

function Placed({ setting, stored }: { setting: RowSetting; stored: MessageView }) {
  const { message, state, reason, items } = useOverlay(stored, setting.myId);
  const { seq } = message;
  const previous = useMessage(seq - 1);
  const author = usePerson(message.author.id);
  const quoted = usePerson(message.replyTo?.authorId);
  const isHydrated = useHydrated();
  const isCompact = useIsCompact();
  const [attention, setAttention] = useState({ pointer: false, focus: false });
  const [isHeld, setIsHeld] = useState(false);
  const [dialog, setDialog] = useState<MessageDialogName | null>(null);
  const { replyTo } = message;
  const isOwn = isHydrated && setting.myId === message.author.id;
  const isAcross = isOwn && !isCompact;
  const actions = actionsOf(setting, message, { isOwn, open: setDialog });
  const react = actions.react;
  return (
    <>
      <MessageRow
        message={message}
        previous={previous}
        author={author}
        isLocal={isHydrated}
        isOwn={isOwn}
        isCompact={isCompact}
        isMarked={setting.markedSeq === seq}
        newCount={setting.newSeq === seq ? setting.unreadAtOpen : null}
        onAttention={(by, isHere) =>
          setAttention((now) => (now[by] === isHere ? now : { ...now, [by]: isHere }))
        }
        actions={
          (attention.pointer || attention.focus || isHeld) && !message.deletedAt ? (
            <MessageActions
              message={message}
              actions={actions}
              isOwn={isAcross}
              myId={setting.myId}
              onOpenChange={setIsHeld}
            />
          ) : null
        }
        tick={
          isOwn && !state ? (
            <Tick seq={seq} myId={setting.myId} />
          ) : isOwn ? (
            <WaitingTick state={state ?? 'sent'} />
          ) : null
        }
        faces={
          <ReaderFaces
            seq={seq}
            authorId={message.author.id}
            myId={setting.myId}
            side={message.kind !== 'text' ? 'notice' : isAcross ? 'own' : 'other'}
            onOpen={() => setDialog('readers')}
          />
        }
        reactions={
          <MessageReactions
            reactions={message.reactions}
            myId={setting.myId}
            onToggle={react && ((emoji, isOn) => outbox().react(message.threadId, message.id, emoji, isOn))}
          />
        }
        pending={
          state && {
            state,
            reason,
            onRetry: () => items.forEach((item) => outbox().retry(item)),
            onDiscard: () => items.forEach((item) => outbox().discard(item)),
          }
        }
        undo={canUndo(setting, message, isOwn) ? () => outbox().restore(message.threadId, message.id) : null}
        {...(message.thread && { threadHref: setting.threadHref(message.thread) })}
        {...(replyTo && {
          quote: {
            author: quoted ? nameOf(quoted) : '…',
            text: replyTo.text,
            onJump: () => setting.onJump(replyTo.seq),
          },
        })}
      />
      {dialog && (
        <MessageDialog
          dialog={dialog}
          message={message}
          roomId={setting.roomId}
          onClose={() => setDialog(null)}
        />
      )}
    </>
  );
}

/** What this person may do with this message; the server has the last word. */
export function actionsOf(
  setting: RowSetting,
  message: MessageView,
  { isOwn, open }: { isOwn: boolean; open?: (dialog: MessageDialogName) => void },
): MessageActionsOf {
  const { canWrite, isModerator } = setting;
  const isAlive = !message.deletedAt && message.kind !== 'event';
  return {
    react: canWrite && isAlive ? (emoji) => outbox().react(message.threadId, message.id, emoji, true) : null,
    reply: canWrite && isAlive ? () => setting.onReply(message) : null,
    startThread: canWrite && isAlive && !message.thread ? () => setting.onStartThread(message) : null,
    edit: canWrite && isOwn && isAlive && message.kind === 'text' ? () => setting.onEdit(message) : null,
    remove: (isOwn || isModerator) && isAlive ? () => outbox().remove(message.threadId, message.id) : null,
    readers: setting.myId !== null && open ? () => open('readers') : null,
    history: message.editedAt && isAlive && open ? () => open('history') : null,
    report: !isOwn && !isModerator && isAlive && open ? () => open('report') : null,
    moderate: !isOwn && isModerator && isAlive && open ? () => open('moderate') : null,
    copyLink: () =>
      void navigator.clipboard?.writeText(
        `${window.location.origin}${window.location.pathname}?at=${message.seq}`,
      ),
  };
}

function canUndo(setting: RowSetting, message: MessageView, isOwn: boolean): boolean {
  if (!message.deletedAt) return false;
  return setting.isModerator || (isOwn && Date.now() - Date.parse(message.deletedAt) < undoMs);
}

function OutgoingSlot({ setting, index }: { setting: RowSetting; index: number }) {
  const items = useOutgoing(setting.threadId);
  const headSeq = useHeadSeq();
  const last = useMessage(headSeq);
  const item = items[index];
  const quoted = usePerson(item?.replyTo?.authorId);
  const me = usePerson(setting.myId ?? undefined);
  const isCompact = useIsCompact();
  if (!item) return null;
  const followsOwn =
    last &&
    last.author.id === setting.myId &&
    continuesGroup({ ...last, createdAt: item.queuedAt, replyTo: null }, last);
  return (
    <OutgoingRow
      id={item.id}
      text={item.text}
      queuedAt={item.queuedAt}
      state={item.state}
      reason={item.reason}
      isHeld={item.state === 'held' || (item.isForModerator === true && item.state !== 'sent')}
      isFirst={index === 0 && !followsOwn}
      author={isCompact ? (me ?? { id: setting.myId ?? '', kind: 'visitor', name: '…' }) : null}
      {...(item.replyTo && {
        quote: { author: quoted ? nameOf(quoted) : '…', text: item.replyTo.text, onJump: () => {} },
      })}
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
