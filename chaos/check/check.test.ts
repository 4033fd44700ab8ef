import { describe, expect, it } from 'vitest';
import { invariants, type Event } from '../history';
import { acl, brokenRuns, final } from './broken-runs';
import { check } from './check';
import { attempt, bob, calmRun, evidenceOf, thread, type Run } from './sample-run';

const verdictOf = (run: Run) => check(evidenceOf(run));
describe('a run in which all is well', () => {
  it('has no violation, and is counted', async () => {
    const verdict = await verdictOf(calmRun());
    expect(verdict.samples).toEqual([]);
    expect(verdict.counts).toMatchObject({
      operations: 4,
      acknowledged: 4,
      unknown: 0,
      delivered: 3,
      expected: 4,
    });
  });

  it('may have a removal that was told in time, and a message refused for it', async () => {
    const run = calmRun();
    run.events.push(
      acl({}),
      attempt({ t: 35, type: 'invoke', mid: 'm3', ident: bob }),
      attempt({ t: 36, type: 'fail', mid: 'm3', ident: bob, code: 'FORBIDDEN' }),
    );
    run.deliveries.push({
      t: 32,
      f: 'sub',
      sub: 's1',
      ident: bob,
      thread,
      what: 'refused',
      code: 'NOT_FOUND',
    });
    Object.assign(final(run), { state: 'refused', rows: [] });
    const verdict = await verdictOf(run);
    expect(verdict.samples).toEqual([]);
    expect(verdict.removedToldMs).toEqual([2]);
  });

  it('may have a message sent again whose first answer got lost', async () => {
    const run = calmRun();
    run.events.push(
      attempt({ t: 3.5, type: 'info', mid: 'm1' }),
      attempt({ t: 4, type: 'invoke', mid: 'm1' }),
    );
    expect((await verdictOf(run)).samples).toEqual([]);
  });

  it('may lose what was acknowledged between a copy of the database and its restoring', async () => {
    const run = calmRun();
    run.events.push(
      attempt({ t: 20, type: 'invoke', mid: 'm5' }),
      attempt({ t: 21, type: 'ok', mid: 'm5', seq: 3, rev: 5 }),
    );
    expect((await verdictOf(run)).violations).toHaveProperty('I1');
    run.events.push({ t: 25, f: 'restore', copiedAt: 19 });
    expect((await verdictOf(run)).samples).toEqual([]);
  });
});

describe('the checker finds', () => {
  it.each(brokenRuns)('%s (%s)', async (_, invariant, breakIt) => {
    const run = calmRun();
    breakIt(run);
    expect((await verdictOf(run)).violations).toHaveProperty(invariant);
  });
});

it('has a run for each invariant', () => {
  const covered = new Set(brokenRuns.map(([, invariant]) => invariant));
  expect(Object.keys(invariants).filter((one) => !(covered as ReadonlySet<string>).has(one))).toEqual([]);
});

describe('latency', () => {
  it('is counted apart for calm times and for each fault', async () => {
    const run = calmRun();
    const far = 100_000;
    const later: Event[] = [
      { t: far, f: 'fault', id: 'F7', isOn: true, what: '' },
      attempt({ t: far + 1, type: 'invoke', mid: 'm1', op: 'late' }),
    ];
    run.events.push(...later);
    const { latency } = await verdictOf(run);
    expect(latency.applied.calm.count).toBe(3);
    expect(latency.applied.calm.max).toBe(8);
    expect(latency.acknowledged.calm.count).toBe(4);
  });
});
