import { useCallback, type KeyboardEvent, type RefObject } from 'react';
import type { SeqListHandle } from '@/client/lib/seq-list/seq-list';
import { quickEmoji } from '@/client/message/quick-emoji';
import { actionsOf, type RowSetting } from '@/client/message/message-slot';
import type { ThreadFeed } from '@/client/message/thread-feed';

const edgePx = 8;

/** A row can have the focus, but Tab goes to the list and on: arrows move between messages. */
export const focusableRow = () => ({ tabIndex: -1, 'aria-keyshortcuts': 'r e t c + Delete' });

/** Keys on a message: arrows to its neighbours, a letter for each thing to do with it. */
export function useRowKeys(options: {
  feed: ThreadFeed;
  list: RefObject<SeqListHandle | null>;
  setting: RowSetting;
  firstSeq: number;
  lastSeq: number;
}): (event: KeyboardEvent<HTMLElement>) => void {
  const { feed, list, setting, firstSeq, lastSeq } = options;
  return useCallback(
    (event) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target as HTMLElement;
      if (!target.matches('[data-seq], [role=feed]')) return;
      const seq = Number(target.dataset['seq'] ?? Number.NaN);
      const isRow = Number.isInteger(seq);
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        event.preventDefault();
        const step = event.key === 'ArrowDown' ? 1 : -1;
        const next = isRow
          ? seq + step
          : list.current?.isAtEnd()
            ? lastSeq
            : (list.current?.anchor().seq ?? lastSeq);
        return focusRow(event.currentTarget, list.current, Math.max(firstSeq, Math.min(lastSeq, next)));
      }
      const message = isRow ? feed.messageAt(seq) : undefined;
      if (!message) return;
      const act = actionsOf(setting, message, { isOwn: message.author.id === setting.myId });
      const react = act.react && (() => act.react?.(quickEmoji[0]));
      const byKey: Record<string, (() => void) | null> = {
        r: act.reply,
        e: act.edit,
        t: act.startThread,
        c: act.copyLink,
        '+': react,
        Delete: act.remove,
      };
      const action = byKey[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    },
    [feed, list, setting, firstSeq, lastSeq],
  );
}

/** Gives a row the focus, bringing it into view first by as little as it takes. */
function focusRow(root: HTMLElement, list: SeqListHandle | null, seq: number): void {
  const find = () => root.querySelector<HTMLElement>(`[data-seq="${seq}"]`);
  const row = find();
  if (!row) {
    list?.scrollToSeq(seq, { align: 'center' });
    requestAnimationFrame(() => find()?.focus({ preventScroll: true }));
    return;
  }
  row.focus({ preventScroll: true });
  const [view, box] = [row.closest('[role=feed]')?.getBoundingClientRect(), row.getBoundingClientRect()];
  if (!view) return;
  if (box.top < view.top) list?.scrollBy(box.top - view.top - edgePx);
  else if (box.bottom > view.bottom) list?.scrollBy(box.bottom - view.bottom + edgePx);
}
