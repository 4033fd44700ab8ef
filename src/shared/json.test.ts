import { describe, expect, it } from 'vitest';
import { parseShallowJson } from '@/shared/json';
import { jsonMaxDepth } from '@/shared/limits';

const nested = (depth: number, open = '[', close = ']') => open.repeat(depth) + close.repeat(depth);

describe('parseShallowJson', () => {
  it('parses what JSON.parse parses, up to its depth', () => {
    for (const text of ['5', '"[[["', '{"a":[1,{"b":"\\"]"}]}', '"\\\\"', nested(jsonMaxDepth)])
      expect(parseShallowJson(text)).toEqual(JSON.parse(text));
  });

  it('S69: refuses one level more, in lists, objects, and a million levels at once', () => {
    expect(() => parseShallowJson(nested(jsonMaxDepth + 1))).toThrow(SyntaxError);
    expect(() => parseShallowJson('{"a":'.repeat(jsonMaxDepth + 1))).toThrow('nested deeper');
    const since = performance.now();
    expect(() => parseShallowJson('['.repeat(1_000_000))).toThrow(SyntaxError);
    expect(performance.now() - since).toBeLessThan(50);
  });

  it('counts no bracket inside of a string, and cannot be fooled by its escapes', () => {
    expect(parseShallowJson(JSON.stringify('['.repeat(100)))).toBe('['.repeat(100));
    expect(parseShallowJson(JSON.stringify('\\"'.repeat(50) + '['.repeat(100)))).toContain('[[[');
    expect(() => parseShallowJson(`["\\\\",${'['.repeat(40)}`)).toThrow('nested deeper');
    // Closing brackets before anything was opened earn no depth.
    expect(() => parseShallowJson(`${']'.repeat(100)}${'['.repeat(100)}`)).toThrow(SyntaxError);
  });

  it('S70: gives own keys only: a prototype is data like any other', () => {
    const parsed = parseShallowJson('{"__proto__":{"x":1}}') as Record<string, unknown>;
    expect(Object.keys(parsed)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});
