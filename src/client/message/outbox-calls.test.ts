import { beforeEach, expect, it, vi } from 'vitest';
import { deliver } from '@/client/message/outbox-calls';
import type { OutboxItem } from '@/client/message/outbox-item';

const calls = vi.hoisted(() => ({
  send: { mutate: vi.fn() },
  edit: { mutate: vi.fn() },
  delete: { mutate: vi.fn() },
  restore: { mutate: vi.fn() },
  react: { mutate: vi.fn() },
}));
vi.mock('@/client/identity', () => ({ visitorName: () => 'Quiet Otter' }));
vi.mock('@/client/trpc', () => ({
  trpc: () => ({ message: calls }),
  callErrorOf: (cause: unknown) => cause,
}));

const { signal } = new AbortController();
const common = {
  itemId: 'i',
  owner: 'o',
  threadId: 't',
  place: 1,
  queuedAt: '',
  wantedAt: '',
  state: 'sending' as const,
  reason: null,
  code: null,
  attempts: 1,
  unanswered: 1,
  seq: null,
  version: 1,
};
const item: OutboxItem = { ...common, kind: 'send', id: 'a', text: 'Hi', replyTo: null };
const failWith = (code: string | null, isPassing: boolean, retryAfterMs?: number) =>
  calls.send.mutate.mockRejectedValue({
    message: 'Why.',
    data: code && { code, retryAfterMs },
    isPassing,
  });

beforeEach(() => vi.resetAllMocks());

it('sends with the id of the item, the quoted message and the name of a stranger', async () => {
  calls.send.mutate.mockResolvedValue({ state: 'sent', message: { seq: 3 } });
  const quote = { id: 'q', seq: 1, authorId: 'u', text: 'What?', deletedAt: null };
  expect(await deliver({ ...item, replyTo: quote }, signal)).toEqual({ type: 'done', message: { seq: 3 } });
  const input = { id: 'a', threadId: 't', text: 'Hi', replyToId: 'q', name: 'Quiet Otter' };
  expect(calls.send.mutate).toHaveBeenCalledWith(input, expect.objectContaining({}));
  calls.send.mutate.mockResolvedValue({ state: 'held', authorId: 'me' });
  expect(await deliver(item, signal)).toEqual({ type: 'held', authorId: 'me' });
});

it('makes the call of each kind', async () => {
  for (const call of Object.values(calls)) call.mutate.mockResolvedValue({ seq: 9 });
  const rest: OutboxItem[] = [
    { ...common, kind: 'edit', messageId: 'm', text: 'New' },
    { ...common, kind: 'delete', messageId: 'm' },
    { ...common, kind: 'restore', messageId: 'm' },
    { ...common, kind: 'react', messageId: 'm', emoji: '👍', isOn: true },
  ];
  for (const one of rest) expect(await deliver(one, signal)).toEqual({ type: 'done', message: { seq: 9 } });
  const key = { threadId: 't', id: 'm' };
  expect(calls.edit.mutate.mock.lastCall?.[0]).toEqual({ ...key, text: 'New' });
  expect(calls.delete.mutate.mock.lastCall?.[0]).toEqual(key);
  expect(calls.restore.mutate.mock.lastCall?.[0]).toEqual(key);
  expect(calls.react.mutate.mock.lastCall?.[0]).toMatchObject({ ...key, emoji: '👍', isOn: true });
});

it('tells what passes from what does not', async () => {
  failWith('FORBIDDEN', false);
  expect(await deliver(item, signal)).toEqual({ type: 'refused', code: 'FORBIDDEN', reason: 'Why.' });
  failWith('TOO_MANY_REQUESTS', true, 700);
  expect(await deliver(item, signal)).toMatchObject({ type: 'passing', retryAfterMs: 700, isStored: false });
  for (const code of ['SERVICE_UNAVAILABLE', 'INTERNAL_SERVER_ERROR', null]) {
    failWith(code, true);
    expect(await deliver(item, signal)).toMatchObject({ type: 'passing', isStored: null });
  }
});

it('takes an answer that does not come for lost', async () => {
  vi.useFakeTimers();
  const outside = new AbortController();
  calls.send.mutate.mockImplementation(
    (_, { signal: own }: { signal: AbortSignal }) =>
      new Promise((_resolve, reject) => {
        own.addEventListener('abort', () => reject({ message: 'No answer.', data: null, isPassing: true }));
      }),
  );
  const outcome = deliver(item, outside.signal);
  outside.abort();
  expect(await outcome).toMatchObject({ type: 'passing', isStored: null });
  vi.useRealTimers();
});
