import pg from 'pg';
import { expect, test } from 'vitest';
import { isoOf, momentOf } from '@/server/base/moment';

const asTheLibrary: (text: string) => Date | number = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ);

test.each([
  ['2026-11-22 00:39:41+00', '2026-11-22T00:39:41.000Z'],
  ['2026-11-22 00:39:41.5+00', '2026-11-22T00:39:41.500Z'],
  ['2026-11-22 00:39:41.595999+00', '2026-11-22T00:39:41.595Z'],
  ['1969-12-31 23:59:59.25+00', '1969-12-31T23:59:59.250Z'],
  ['0099-03-01 00:00:00+00', '0099-03-01T00:00:00.000Z'],
  ['2026-11-22 02:09:41.5+01:30', '2026-11-22T00:39:41.500Z'],
])('reads %s', (text, iso) => {
  expect(momentOf(text).toISOString()).toBe(iso);
  expect(momentOf(text)).toEqual(asTheLibrary(text));
  for (const same of [text, text.replace(' ', 'T'), text.replace(/\+00$/, '+00:00'), iso])
    expect.soft(isoOf(same), same).toBe(iso);
});

test.each(['infinity', '0044-03-15 12:00:00+00 BC', '10000-01-01 00:00:00+00'])(
  'leaves %s to the library',
  (text) => expect(momentOf(text)).toEqual(asTheLibrary(text)),
);
