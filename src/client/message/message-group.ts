import type { MessageView } from '@/shared/message';

const groupMs = 5 * 60_000;

/** Whether a message continues the one before it: same author, same day, within five minutes. */
export function continuesGroup(message: MessageView, previous: MessageView | undefined): boolean {
  if (!previous || message.kind !== 'text' || previous.kind !== 'text') return false;
  if (previous.author.id !== message.author.id || message.replyTo) return false;
  return Date.parse(message.createdAt) - Date.parse(previous.createdAt) < groupMs;
}
