import { describe, expect, it } from 'vitest';
import { cursorOf, revOf } from '@/shared/cursor';

describe('S75: a cursor', () => {
  it('comes back as the rev it was made of', () => {
    for (const rev of [0, 1, 2_147_483_647]) expect(revOf(cursorOf('e1', rev), 'e1')).toBe(rev);
  });

  it.each([
    '',
    '.',
    'e1',
    'e1.',
    '.5',
    'e2.5',
    'e1.-5',
    'e1.5.6',
    'e1.5e3',
    'e1. 5',
    'e1.0x5',
    'e1.5\n',
    'E1.5',
    'e1.12345678901',
  ])('that reads %j is none of this log', (cursor) => expect(revOf(cursor, 'e1')).toBeNull());
});
