import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nameInDraft, readDraft, saveDrafts, tellDrafts, writeDraft } from '@/client/message/draft';

const save = vi.hoisted(() => vi.fn());
vi.mock('@/client/trpc', () => ({
  trpc: () => ({ thread: { saveDraft: { mutate: save } } }),
  callErrorOf: () => ({ message: 'Away', data: null, isPassing: true }),
}));

/** The server: it counts up with each change. */
let version = 0;
let threads = 0;
let threadId = '';
const nobody = new Map<string, string>();
beforeEach(() => {
  vi.useFakeTimers();
  version = 0;
  threadId = `thread ${threads++}`;
  save.mockReset();
  save.mockImplementation((input: { threadId: string; text: string }) =>
    Promise.resolve({ ...input, version: ++version }),
  );
});
afterEach(() => void vi.useRealTimers());
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const saved = () => save.mock.calls.map(([input]) => (input as { text: string }).text);

describe('a draft', () => {
  it('is saved a moment after the last key, and at once when it ends', async () => {
    writeDraft(threadId, 'H', nobody);
    await pass(500);
    writeDraft(threadId, 'Hello', nobody);
    await pass(900);
    expect(saved()).toEqual([]);
    await pass(200);
    expect(saved()).toEqual(['Hello']);
    writeDraft(threadId, '', nobody);
    await pass(0);
    expect(saved()).toEqual(['Hello', '']);
  });

  it('of another device comes when nobody types here, and never under fingers that do', async () => {
    tellDrafts([{ threadId, text: 'From there', version: 1 }]);
    expect(readDraft(threadId)).toBe('From there');
    version = 1;
    writeDraft(threadId, 'From there, and here', nobody);
    tellDrafts([{ threadId, text: 'Other', version: 2 }]);
    expect(readDraft(threadId)).toBe('From there, and here');
    version = 2;
    await pass(1_100);
    expect(saved()).toEqual(['From there, and here']);
    // Saved, but typed a moment ago.
    tellDrafts([{ threadId, text: 'Other again', version: 4 }]);
    expect(readDraft(threadId)).toBe('From there, and here');
    await pass(10_000);
    expect(readDraft(threadId)).toBe('Other again');
  });

  it('that was sent elsewhere is over here, and old news bring nothing back', () => {
    tellDrafts([{ threadId, text: 'Half', version: 3 }]);
    tellDrafts([{ threadId, text: '', version: 4 }]);
    tellDrafts([{ threadId, text: 'Half', version: 3 }]);
    expect(readDraft(threadId)).toBe('');
  });

  it('is saved again after a failure, in its newest form', async () => {
    save.mockRejectedValueOnce(new Error('away'));
    writeDraft(threadId, 'One', nobody);
    await pass(1_100);
    writeDraft(threadId, 'One two', nobody);
    saveDrafts();
    await pass(0);
    expect(saved()).toEqual(['One', 'One two']);
    await pass(20_000);
    expect(saved()).toEqual(['One', 'One two']);
  });

  it('of a stranger stays here, and is not asked about without end', async () => {
    save.mockImplementation((input: { text: string }) => Promise.resolve({ ...input, version: 0 }));
    writeDraft(threadId, 'Mine', nobody);
    await pass(60_000);
    expect(saved()).toEqual(['Mine']);
    expect(readDraft(threadId)).toBe('Mine');
  });

  it('knows the names of those whom it calls', () => {
    writeDraft(threadId, 'Ask <@7>', new Map([['Ada', '7']]));
    expect(nameInDraft(threadId, '7')).toBe('Ada');
    expect(nameInDraft(threadId, '8')).toBeUndefined();
  });
});
