import { beforeEach, describe, expect, it } from 'vitest';
import { Typists } from '@/server/realtime/typists';
import { typingTtlMs, typistsKept, typistsShown } from '@/shared/limits';

let now: number;
let typists: Typists;
beforeEach(() => {
  now = 1_000_000;
  typists = new Typists(() => now);
});
const personOf = (name: string) => ({ id: name, kind: 'visitor' as const, name });
const hear = (name: string, isTyping = true, at = now) =>
  typists.hear({ person: personOf(name), isTyping, at });
const names = () => {
  typists.expire();
  return typists.shown().map(({ name }) => name);
};

describe('who is typing', () => {
  it('is believed for three seconds after each word of it', () => {
    hear('Ann');
    now += typingTtlMs - 1;
    expect(names()).toEqual(['Ann']);
    hear('Ann');
    now += typingTtlMs - 1;
    expect(names()).toEqual(['Ann']);
    expect(typists.expire()).toBe(1);
    now += 1;
    expect(names()).toEqual([]);
    expect(typists.expire()).toBeNull();
  });

  it('keeps the order of beginning, and names a few', () => {
    for (const name of ['Ann', 'Ben', 'Cem', 'Dan', 'Eve', 'Ann']) hear(name);
    expect(names()).toEqual(['Ann', 'Ben', 'Cem', 'Dan'].slice(0, typistsShown));
  });

  it('does not begin again by a word that came late or twice', () => {
    const early = now;
    hear('Ann');
    now += 50;
    typists.end('Ann', now);
    hear('Ann', true, early);
    expect(names()).toEqual([]);
    now += 50;
    hear('Ann', false, early);
    hear('Ann');
    expect(names()).toEqual(['Ann']);
  });

  it('has a bound', () => {
    for (let i = 0; i < typistsKept + 50; i++) hear(`Person ${i}`);
    for (let i = 0; i < typistsKept - 1; i++) hear(`Person ${i}`, false);
    expect(names()).toEqual([`Person ${typistsKept - 1}`]);
  });
});
