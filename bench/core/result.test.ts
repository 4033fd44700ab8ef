import { expect, it } from 'vitest';
import { judge, tableOf, type Row } from './result';

const row: Row = {
  id: 'F1',
  what: 'deliveries a second',
  unit: '/s',
  subject: 'foyer',
  rounds: [70, 80, 90],
  versus: { name: 'raw ws', rounds: [100, 100, 100] },
  target: { atLeast: 0.7 },
};

it('judges the ratio, not the figure', () => {
  expect(judge(row)).toEqual({ value: 80, ratio: 0.8, isMet: true, isNoisy: false });
  expect(judge({ ...row, target: { atMost: 0.7 } }).isMet).toBe(false);
});

it('says when rounds lie far apart', () => {
  expect(judge({ ...row, rounds: [10, 80, 90] }).isNoisy).toBe(true);
});

it('draws a table', () => {
  expect(tableOf([row])).toContain('| raw ws 100 ');
});
