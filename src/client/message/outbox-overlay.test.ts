import { expect, it } from 'vitest';
import { itemsOn, outgoingOf, overlay, unknownMe } from '@/client/message/outbox-overlay';
import type { OutboxItem } from '@/client/message/outbox-item';
import type { MessageView } from '@/shared/message';

const at = '2026-05-05T10:00:00.000Z';
const message: MessageView = {
  id: 'm',
  threadId: 't',
  seq: 1,
  rev: 1,
  kind: 'text',
  author: { id: 'u', kind: 'visitor' },
  text: 'As it was',
  replyTo: null,
  createdAt: at,
  editedAt: null,
  deletedAt: null,
  reactions: [{ emoji: '👍', userIds: ['u', 'v'] }],
  thread: null,
};
let count = 0;
const common = (over: Partial<OutboxItem> = {}) => ({
  itemId: `i${count++}`,
  owner: 'o',
  threadId: 't',
  place: count,
  queuedAt: at,
  wantedAt: at,
  state: over.state ?? ('waiting' as const),
  reason: over.reason ?? null,
  code: null,
  attempts: 0,
  unanswered: 0,
  seq: null,
  version: 1,
});
const edit = (text: string, over: Partial<OutboxItem> = {}): OutboxItem => ({
  ...common(over),
  kind: 'edit',
  messageId: 'm',
  text,
});
const react = (emoji: string, isOn: boolean): OutboxItem => ({
  ...common(),
  kind: 'react',
  messageId: 'm',
  emoji,
  isOn,
});
const remove = (messageId = 'm'): OutboxItem => ({ ...common(), kind: 'delete', messageId });
const send = (id: string) => ({ ...common(), kind: 'send' as const, id, text: id, replyTo: null });

it('leaves a message alone that nothing waits for', () => {
  const shown = overlay(message, [send('x')], 'u');
  expect(shown).toEqual({ message, state: null, reason: null, items: [] });
  expect(shown.message).toBe(message);
});

it('shows edits, reactions and deletions at once', () => {
  const shown = overlay(message, [edit('Better'), react('👍', false), react('🎉', true)], 'u');
  expect(shown.message).toMatchObject({
    text: 'Better',
    editedAt: at,
    reactions: [
      { emoji: '👍', userIds: ['v'] },
      { emoji: '🎉', userIds: ['u'] },
    ],
  });
  expect(shown.state).toBe('waiting');
  expect(overlay(message, [remove()], 'u').message).toMatchObject({ text: '', deletedAt: at, reactions: [] });
});

it('takes an emoji away with its last person, and shows the reaction of one who has no id yet', () => {
  const alone = { ...message, reactions: [{ emoji: '👍', userIds: ['u'] }] };
  expect(overlay(alone, [react('👍', false)], 'u').message.reactions).toEqual([]);
  const mine = overlay(alone, [react('👍', true)], null).message.reactions;
  expect(mine).toEqual([{ emoji: '👍', userIds: ['u', unknownMe] }]);
});

it('does not show as done what was refused, and says why', () => {
  const shown = overlay(message, [edit('Better', { state: 'failed', reason: 'It is archived.' })], 'u');
  expect(shown.message).toBe(message);
  expect([shown.state, shown.reason, shown.items.length]).toEqual(['failed', 'It is archived.', 1]);
});

it('finds the items of a message by one walk over the line', () => {
  const line = [edit('A'), remove('other')];
  expect(itemsOn(line, 'm')).toBe(itemsOn(line, 'm'));
  expect(itemsOn(line, 'nobody')).toBe(itemsOn([], 'nobody'));
});

it('lists sends with what waits for them, without what the timeline shows or was deleted', () => {
  const [a, b, c] = [send('a'), send('b'), send('c')];
  const later: OutboxItem = { ...common(), kind: 'edit', messageId: 'a', text: 'a, better' };
  const line = [a, b, c, later, remove('b')];
  expect(outgoingOf(line, () => false).map((item) => item.text)).toEqual(['a, better', 'c']);
  expect(outgoingOf(line, (item) => item.id === 'a').map((item) => item.id)).toEqual(['c']);
});
