import { describe, expect, it } from 'vitest';
import { isFolded, isTall, setFolded } from '@/client/message/message-fold';

describe('a tall message', () => {
  it('is one of many short lines, or of a few very long ones', () => {
    expect(isTall('a\n'.repeat(2_000))).toBe(true);
    expect(isTall('x'.repeat(5_000))).toBe(true);
    expect(isTall('a\n'.repeat(30))).toBe(false);
    expect(isTall('x'.repeat(2_000))).toBe(false);
  });

  it('stays unfolded until it is folded again', () => {
    const text = 'a\n'.repeat(100);
    expect(isFolded('m', text)).toBe(true);
    setFolded('m', false);
    expect(isFolded('m', text)).toBe(false);
    setFolded('m', true);
    expect(isFolded('m', text)).toBe(true);
  });
});
