import { describe, expect, it } from 'vitest';
import {
  addDelete,
  addEdit,
  addReact,
  addRestore,
  append,
  applyOps,
  changeText,
  discard,
  retry,
  type Op,
} from '@/client/message/outbox-change';
import {
  lineOf,
  nextOf,
  type DeleteItem,
  type EditItem,
  type OutboxItem,
  type ReactItem,
  type RestoreItem,
  type SendItem,
} from '@/client/message/outbox-item';
import { claim, finish, settle, tooOldReason } from '@/client/message/outbox-progress';

const at = '2026-05-05T10:00:00.000Z';
const base = (itemId: string) => ({
  itemId,
  owner: 'o',
  threadId: 't',
  place: 0,
  queuedAt: at,
  wantedAt: at,
  state: 'waiting' as const,
  reason: null,
  code: null,
  attempts: 0,
  unanswered: 0,
  seq: null,
  version: 0,
});
const send = (name: string, over: Partial<SendItem> = {}): SendItem => ({
  ...base(`s-${name}`),
  kind: 'send',
  id: name,
  text: name,
  replyTo: null,
  ...over,
});
const edit = (name: string, messageId: string, text: string): EditItem => ({
  ...base(name),
  kind: 'edit',
  messageId,
  text,
});
const remove = (name: string, messageId: string): DeleteItem => ({
  ...base(name),
  kind: 'delete',
  messageId,
});
const restore = (name: string, messageId: string): RestoreItem => ({
  ...base(name),
  kind: 'restore',
  messageId,
});
const react = (name: string, messageId: string, isOn: boolean, emoji = '👍'): ReactItem => ({
  ...base(name),
  kind: 'react',
  messageId,
  emoji,
  isOn,
});

const now = Date.parse(at);
const lost = { type: 'passing', reason: 'No answer.', retryAfterMs: null, isStored: null } as const;
const refused = { type: 'refused', code: 'FORBIDDEN', reason: 'It is archived.' } as const;
const claimOf = (itemId: string) => claim(itemId, now);
const after = (...ops: Op[]) => lineOf(applyOps(new Map(), ops).items, 't');
const brief = (line: OutboxItem[]) => line.map((item) => `${item.itemId} ${item.state}`);

describe('a line', () => {
  it('keeps the order in which things were done, whatever the clock says', () => {
    const line = after(append(send('b')), append({ ...send('a'), queuedAt: '2001-01-01T00:00:00.000Z' }));
    expect(line.map((item) => [item.itemId, item.place])).toEqual([
      ['s-b', 1],
      ['s-a', 2],
    ]);
  });

  it('goes on past what failed, but holds back what depends on it', () => {
    const line = after(
      append(send('a')),
      addReact(react('r', 'a', true)),
      append(send('reply', { replyTo: { id: 'a', seq: 1, authorId: 'u', text: 'a', deletedAt: null } })),
      append(send('b')),
      claimOf('s-a'),
      finish('s-a', refused),
    );
    expect(nextOf(line)?.itemId).toBe('s-b');
  });

  it('writes each item once, however often it changed', () => {
    const { put, drop } = applyOps(new Map(), [append(send('a')), claimOf('s-a'), discard('s-a')]);
    expect([put, drop]).toEqual([[], ['s-a']]);
  });
});

describe('an edit', () => {
  it('changes a send that the server cannot know of', () => {
    const [only, ...rest] = after(append(send('a')), addEdit(edit('e', 'a', 'better'), 'n'));
    expect(rest).toEqual([]);
    expect(only).toMatchObject({ kind: 'send', id: 'a', text: 'better' });
  });

  it('follows a send that may have arrived', () => {
    const line = after(append(send('a')), claimOf('s-a'), addEdit(edit('e', 'a', 'better'), 'n'));
    expect(brief(line)).toEqual(['s-a sending', 'e waiting']);
    expect(line[0]).toMatchObject({ text: 'a' });
  });

  it('replaces an earlier one that was not sent, unless a deletion stands between', () => {
    const twice = after(addEdit(edit('e', 'm', 'one'), 'n'), addEdit(edit('f', 'm', 'two'), 'n'));
    expect(twice).toMatchObject([{ itemId: 'e', text: 'two' }]);
    const between = after(
      addEdit(edit('e', 'm', 'one'), 'n'),
      addDelete(remove('d', 'm')),
      addEdit(edit('f', 'm', 'two'), 'n'),
    );
    expect(brief(between)).toEqual(['e waiting', 'd waiting', 'f waiting']);
  });
});

describe('opposites that were not sent', () => {
  it('cancel out as reactions', () => {
    expect(after(addReact(react('r', 'm', true)), addReact(react('q', 'm', false)))).toEqual([]);
    expect(after(addReact(react('r', 'm', true)), addReact(react('q', 'm', true)))).toHaveLength(1);
    const others = after(addReact(react('r', 'm', true)), addReact(react('q', 'm', false, '🎉')));
    expect(others).toHaveLength(2);
  });

  it('do not once one of them may have arrived', () => {
    const line = after(addReact(react('r', 'm', true)), claimOf('r'), addReact(react('q', 'm', false)));
    expect(brief(line)).toEqual(['r sending', 'q waiting']);
  });

  it('cancel out as a deletion and its undoing', () => {
    expect(after(addDelete(remove('d', 'm')), addRestore(restore('u', 'm')))).toEqual([]);
  });

  it('leave nothing of a send that is deleted before it went', () => {
    const line = after(append(send('a')), addReact(react('r', 'a', true)), addDelete(remove('d', 'a')));
    expect(line).toEqual([]);
  });

  it('send the deletion of a message that may have arrived', () => {
    const line = after(append(send('a')), claimOf('s-a'), addDelete(remove('d', 'a')));
    expect(brief(line)).toEqual(['s-a sending', 'd waiting']);
  });
});

describe('the text of a failed send', () => {
  const failed = [append(send('a')), append(send('b')), claimOf('s-a'), finish('s-a', refused)];
  const change = changeText('s-a', { text: 'new', now: at, newId: 'n' });

  it('changes under the same id and at its place when no attempt can have arrived', () => {
    expect(after(...failed, change)[0]).toMatchObject({
      itemId: 's-a',
      id: 'a',
      text: 'new',
      state: 'waiting',
    });
  });

  it('changes under a new id when an answer got lost, also when a later one was a clear no', () => {
    const uncertain = [append(send('a')), claimOf('s-a'), finish('s-a', lost), claimOf('s-a')];
    const line = after(
      ...uncertain,
      addEdit(edit('e', 'a', 'older'), 'x'),
      addReact(react('r', 'a', true)),
      finish('s-a', refused),
      change,
    );
    expect(line).toMatchObject([
      { itemId: 's-a', id: 'n', text: 'new', unanswered: 0 },
      { itemId: 'r', messageId: 'n' },
    ]);
  });

  it('keeps its id after a limit, which is no attempt', () => {
    const limited = { type: 'passing', reason: 'Slowly.', retryAfterMs: 10, isStored: false } as const;
    const line = after(
      append(send('a')),
      claimOf('s-a'),
      finish('s-a', limited),
      claimOf('s-a'),
      finish('s-a', refused),
      change,
    );
    expect(line[0]).toMatchObject({ id: 'a', text: 'new' });
  });

  it('does not change once it was acknowledged', () => {
    const message = { seq: 7 } as never;
    const line = after(append(send('a')), claimOf('s-a'), finish('s-a', { type: 'done', message }), change);
    expect(line[0]).toMatchObject({ state: 'sent', text: 'a', seq: 7 });
  });
});

describe('trying again', () => {
  it('keeps the id, but for one that the server has for something else', () => {
    const again = retry('s-a', { now: at, newId: 'n' });
    const no = (code: 'FORBIDDEN' | 'CONFLICT') =>
      after(append(send('a')), claimOf('s-a'), finish('s-a', { ...refused, code }), again)[0];
    expect(no('FORBIDDEN')).toMatchObject({ id: 'a', state: 'waiting', reason: null });
    expect(no('CONFLICT')).toMatchObject({ id: 'n', state: 'waiting' });
  });

  it('asks before it sends what waited for more than a day, and sends it when told to', () => {
    const late = now + 25 * 3_600_000;
    const asks = after(append(send('a')), claim('s-a', late));
    expect(asks[0]).toMatchObject({ state: 'failed', reason: tooOldReason, attempts: 0 });
    const again = retry('s-a', { now: new Date(late).toISOString(), newId: 'n' });
    const told = after(append(send('a')), claim('s-a', late), again, claim('s-a', late + 1));
    expect(told[0]).toMatchObject({ state: 'sending', id: 'a', attempts: 1 });
  });
});

it('a settled send goes, one past the head stays', () => {
  const done = (seq: number) => ({ type: 'done', message: { seq } as never }) as const;
  const sent = [append(send('a')), append(send('b')), finish('s-a', done(4)), finish('s-b', done(5))];
  expect(after(...sent, settle('t', 4)).map((item) => item.itemId)).toEqual(['s-b']);
});
