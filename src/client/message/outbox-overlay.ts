import { isPending, type OutboxItem, type SendItem } from '@/client/message/outbox-item';
import type { MessageView, ReactionView } from '@/shared/message';

/** Stands for the person at this browser among `userIds` until the server has given them an id. */
export const unknownMe = 'me';

/** A message as the person at this browser has changed it, before the server has. */
export type Overlaid = {
  message: MessageView;
  /** The worst of what is on its way to this message; null when nothing is. */
  state: 'sending' | 'waiting' | 'failed' | null;
  /** Why, as a person can read it. */
  reason: string | null;
  /** What is on its way or has failed, in order: to be tried again or discarded. */
  items: readonly OutboxItem[];
};

const none: readonly OutboxItem[] = [];
const byMessage = new WeakMap<readonly OutboxItem[], Map<string, OutboxItem[]>>();

/** What of a line changes this message; the send that makes it does not. */
export function itemsOn(line: readonly OutboxItem[], messageId: string): readonly OutboxItem[] {
  let index = byMessage.get(line);
  if (!index) {
    index = new Map();
    for (const item of line) {
      if (item.kind === 'send') continue;
      const others = index.get(item.messageId);
      if (others) others.push(item);
      else index.set(item.messageId, [item]);
    }
    byMessage.set(line, index);
  }
  return index.get(messageId) ?? none;
}

/**
 * A message with what waits for it. What the server refused is not shown as done.
 * @param line the outbox's items of the thread
 * @param myId null while the server knows nobody here
 */
export function overlay(message: MessageView, line: readonly OutboxItem[], myId: string | null): Overlaid {
  const items = itemsOn(line, message.id);
  if (items.length === 0) return { message, state: null, reason: null, items };
  const changed = items.filter(isPending).reduce((so, item) => withItem(so, item, myId), message);
  const worst =
    items.find((item) => item.state === 'failed') ??
    items.find((item) => item.state === 'waiting') ??
    items.find((item) => item.state === 'sending');
  const state = worst?.state;
  const shownState = state === 'failed' || state === 'waiting' || state === 'sending' ? state : null;
  return { message: changed, state: shownState, reason: worst?.reason ?? null, items };
}

function withItem(message: MessageView, item: OutboxItem, myId: string | null): MessageView {
  switch (item.kind) {
    case 'edit':
      return { ...message, text: item.text, editedAt: item.queuedAt };
    case 'delete':
      return { ...message, text: '', reactions: [], deletedAt: item.queuedAt };
    case 'react':
      return { ...message, reactions: withReaction(message.reactions, item, myId ?? unknownMe) };
    // Its text is at the server only: it shows when it is back.
    case 'restore':
    case 'send':
      return message;
  }
}

function withReaction(
  reactions: ReactionView[],
  { emoji, isOn }: { emoji: string; isOn: boolean },
  myId: string,
): ReactionView[] {
  const known = reactions.find((reaction) => reaction.emoji === emoji);
  if ((known?.userIds.includes(myId) ?? false) === isOn) return reactions;
  if (!known) return [...reactions, { emoji, userIds: [myId] }];
  const userIds = isOn ? [...known.userIds, myId] : known.userIds.filter((id) => id !== myId);
  return reactions
    .map((reaction) => (reaction === known ? { emoji, userIds } : reaction))
    .filter((reaction) => reaction.userIds.length > 0);
}

/**
 * The messages of a line that the timeline does not show, each with what waits for it, in order.
 * @param isShown whether the timeline shows it
 */
export function outgoingOf(line: readonly OutboxItem[], isShown: (send: SendItem) => boolean): SendItem[] {
  return line.flatMap((send) => {
    if (send.kind !== 'send' || isShown(send)) return [];
    const later = itemsOn(line, send.id).filter(isPending);
    if (later.some((item) => item.kind === 'delete')) return [];
    const edit = later.findLast((item) => item.kind === 'edit');
    return [edit ? { ...send, text: edit.text } : send];
  });
}
