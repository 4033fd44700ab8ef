import { describe, expect, it } from 'vitest';
import { Together } from '@/server/base/together';
import { unavailable } from '@/server/base/errors';
import { questionsTogetherMax } from '@/shared/limits';

type Row = { key: string; answer: string };
type Statement = { asked: string[]; answer(): void; fail(cause: unknown): void };

/** A database whose statements are answered by hand, but for those that the test lets through. */
function makeTogether(answers?: (asked: string[]) => Promise<Row[]>) {
  const statements: Statement[] = [];
  const together = new Together<string, Row>({
    keyOf: (question) => question,
    keyOfRow: ({ key }) => key,
    read: (asked) =>
      new Promise((resolve, reject) => {
        const rows = () =>
          asked.filter((key) => !key.startsWith('nobody')).map((key) => ({ key, answer: `of ${key}` }));
        statements.push({ asked, answer: () => resolve(rows().toReversed()), fail: reject });
        if (answers) answers(asked).then(resolve, reject);
      }),
  });
  return { together, statements };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('questions of one kind', () => {
  it('go out as one statement when they are asked in one turn, each with its own answer', async () => {
    const { together, statements } = makeTogether();
    const answers = ['a', 'nobody', 'b'].map((key) => together.ask(key));
    await turn();
    expect(statements.map(({ asked }) => asked)).toEqual([['a', 'nobody', 'b']]);
    statements[0]?.answer();
    expect(await Promise.all(answers)).toEqual([
      { key: 'a', answer: 'of a' },
      undefined,
      { key: 'b', answer: 'of b' },
    ]);
  });

  it('are asked once for all who ask the same, until they are on their way', async () => {
    const { together, statements } = makeTogether();
    const early = [together.ask('a'), together.ask('a')];
    await turn();
    // It may have been answered before this was asked: what it says could be old.
    const late = together.ask('a');
    statements[0]?.answer();
    expect(new Set(await Promise.all(early)).size).toBe(1);
    await turn();
    expect(statements.map(({ asked }) => asked)).toEqual([['a'], ['a']]);
    statements[1]?.answer();
    expect(await late).toEqual({ key: 'a', answer: 'of a' });
  });

  it('do not wait for one that hangs', async () => {
    const { together, statements } = makeTogether();
    const hung = together.ask('a');
    await turn();
    const next = together.ask('b');
    await expect.poll(() => statements.map(({ asked }) => asked)).toEqual([['a'], ['b']]);
    statements[1]?.answer();
    expect(await next).toEqual({ key: 'b', answer: 'of b' });
    statements[0]?.answer();
    expect(await hung).toEqual({ key: 'a', answer: 'of a' });
  });

  it('do not fail for another one that does', async () => {
    const { together, statements } = makeTogether(async (asked) => {
      if (asked.includes('bad')) throw new Error('bad is no key');
      return asked.map((key) => ({ key, answer: `of ${key}` }));
    });
    const [good, bad] = [together.ask('good'), together.ask('bad')];
    await expect(bad).rejects.toThrow('bad is no key');
    expect(await good).toEqual({ key: 'good', answer: 'of good' });
    expect(statements.map(({ asked }) => asked)).toEqual([['good', 'bad'], ['good'], ['bad']]);
    expect(await together.ask('later')).toEqual({ key: 'later', answer: 'of later' });
  });

  it('are not asked one by one of a database that is away', async () => {
    const { together, statements } = makeTogether();
    const answers = ['a', 'b'].map((key) => together.ask(key));
    await turn();
    statements[0]?.fail(unavailable());
    for (const answer of answers) await expect(answer).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(statements).toHaveLength(1);
  });

  it('are no more in one statement than it may hold', async () => {
    const { together, statements } = makeTogether((asked) =>
      Promise.resolve(asked.map((key) => ({ key, answer: '' }))),
    );
    const keys = Array.from({ length: questionsTogetherMax + 1 }, (_, i) => String(i));
    await Promise.all(keys.map((key) => together.ask(key)));
    expect(statements.map(({ asked }) => asked.length)).toEqual([questionsTogetherMax, 1]);
  });
});
