import { describe, expect, it } from 'vitest';
import { bugs } from './bugs';
import { mutate, sourceOf, type Mutation } from './bundle';

describe('the seeded bugs', () => {
  it('are twenty-one, each with a name of its own', () => {
    expect(bugs.map((bug) => bug.id)).toEqual(Array.from({ length: 21 }, (_, i) => `M${i + 1}`));
  });

  const places = bugs.flatMap(({ id, mutations, sharpened = [] }) =>
    [mutations, [...sharpened, ...mutations]].flatMap((all) =>
      [...new Set(all.map(({ file }) => file))].map((file): [string, readonly Mutation[]] => [
        `${id} in ${file}`,
        all.filter((mutation) => mutation.file === file),
      ]),
    ),
  );
  it.each(places)('find their places in the sources, one after the other: %s', (_, [first, ...rest]) => {
    if (!first) throw new Error('There is nothing to change.');
    const source = sourceOf(first.file);
    expect([first, ...rest].reduce(mutate, source)).not.toBe(source);
  });

  it('stop the build when their place is gone', () => {
    const gone = { file: 'server/main.ts', find: 'nowhere to be found', put: '' };
    expect(() => mutate(sourceOf(gone.file), gone)).toThrow('holds 0 times');
  });
});
