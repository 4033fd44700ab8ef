import { continuesGroup } from '@/client/message/message-row';
import type { MessageView } from '@/shared/message';

const lineChars = 62;
const linePx = 22;

/** A guess of a row's height before it is measured, px; close enough that the scrollbar tells the truth. */
export function rowHeightGuess(message: MessageView | undefined, previous: MessageView | undefined): number {
  if (!message) return 62;
  if (message.kind !== 'text') return 24;
  let lines = 0;
  for (const line of message.text.split('\n')) lines += Math.max(1, Math.ceil(line.length / lineChars));
  const bubble = lines * linePx + 12 + (message.replyTo ? 44 : 0) + (message.thread ? 34 : 0);
  return bubble + (continuesGroup(message, previous) ? 2 : 32);
}
