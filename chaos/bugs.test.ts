import { describe, expect, it } from 'vitest';
import { bugs } from './bugs';
import { mutate, sourceOf, type Mutation } from './bundle';

describe('the seeded bugs', () => {
  it('are twenty-one, each with a name of its own', () => {
    expect(bugs.map((bug) => bug.id)).toEqual(Array.from({ length: 21 }, (_, i) => `M${i + 1}`));
  });

  const places = bugs.flatMap(({ id, mutations, sharpened = [] }) =>
    [...mutations, ...sharpened].map((mutation): [string, Mutation] => [
      `${id} in ${mutation.file}`,
      mutation,
    ]),
  );
  it.each(places)('find their place in the sources: %s', (_, mutation) => {
    expect(mutate(sourceOf(mutation.file), mutation)).not.toBe(sourceOf(mutation.file));
  });

  it('stop the build when their place is gone', () => {
    const gone = { file: 'server/main.ts', find: 'nowhere to be found', put: '' };
    expect(() => mutate(sourceOf(gone.file), gone)).toThrow('holds 0 times');
  });
});
